"""What is said of models, as forms for `heard`: their cards, why one cannot be used, what refining one came to."""

from bloodview.ui.language import later

MODELS = (
    # What came with BloodView, in the words of its cards.
    later("Leukocytes, red cells and platelets as points with boxes"),
    later("Cytoplasm and nucleus of the leukocyte in the middle of a window"),
    later("The cell at a click or in a box: leukocyte, red cell or platelet"),
    later(
        "Eleven classes of leukocytes, erythroblasts and platelets on the tree of classes: two networks, referred to "
        "each cell's own ground and dye"
    ),
    later("{reason}, refined by corrections of {name}"),
    later("{reason}, refined by pictures of {name}"),
    later("{reason}, refined by outlines of {name}"),
    later("For research use only."),
    later(
        "Red cells that overlap heavily are found as fewer; platelet clumps count as one or few; smudge cells, "
        "precipitate of stain and parasites are no kind of its own."
    ),
    later(
        "Outlines leukocytes of the usual stains; touching leukocytes may be outlined as one, and a pale cytoplasm on "
        "a pale ground is cut short."
    ),
    later("Masks of one laboratory trained it, boxes of two others."),
    later("Outlines the cell that a person points at; the person looks at the outline."),
    later(
        "Masks of leukocytes came from one laboratory; outlines of red cells and platelets from drawn pictures, and by "
        "rule inside boxes."
    ),
    later("Where cells overlap it may take the wrong one: click again, or away."),
    later("The training was stopped after {number} of its {many} passes."),
    later(
        "Trained on three laboratories; on another stain or scanner the accuracy falls, mostly between neighbouring "
        "stages of maturity."
    ),
    later(
        "Knows no blasts, smudge cells, reactive lymphocytes or parasites: such cells get the nearest of the eleven "
        "names, as a rule with low familiarity."
    ),
    later("Refined by {number} corrections of one laboratory."),
    later("Refined by {number} pictures of one laboratory."),
    later("Refined by outlines of {number} cells of one laboratory."),
    later("drawn by BloodView"),
    later("of the laboratory itself"),
    later("corrections"),
    later("balanced accuracy"),
    later("coarse"),
    later("fine"),
    later("fields"),
    later("leukocytes"),
    later("red cells"),
    later("platelets"),
    later("wbc"),
    later("rbc"),
    later("platelet"),
    later("cell"),
    later("nucleus"),
    later("Dice from one click"),
    later("before"),
    later("after"),
    later("locked corrections"),
    later("reference cells"),
    later("locked pictures"),
    later("drawn fields"),
    later("locked cells"),
    later("drawn cells"),
    # What the gate of a refinement says.
    later(
        "Of {all} of your cells that did not train, {number} are named rightly only now and {few} only before: too few "
        "to be told from chance."
    ),
    later(
        "Fewer than {number} cases judge, so the interval takes each picture as a witness of its own; it promises too "
        "much."
    ),
    later(
        "Fewer than {number} cases judge, so the interval takes each cell as a witness of its own; it promises too "
        "much."
    ),
    later(
        "Fewer than {number} pictures judge, so the interval takes each cell as a witness of its own; it promises too "
        "much."
    ),
    later("{number} cells were passed over: their pictures are missing, or are not what the set says."),
    later("{number} cells were passed over: not named by a person, or of no class of this model."),
    later("{number} cells do not judge: they trained a model this one comes of."),
    later(
        "The cells come from one case, so whole pictures of it judge: if they show one patient, the figures promise "
        "too much for the next."
    ),
    later("The cells come from one picture, so single cells of it judge: the figures say nothing of another slide."),
    later(
        "The pictures come from one case, so some of them judge: if they show one patient, the figures promise too "
        "much for the next."
    ),
    later("The fields come from one slide, so some of them judge: the figures say nothing of another slide."),
    later("One picture alone tells nothing."),
    later("{number} pictures do not judge: they trained a model this one comes of."),
    later(
        "Of {all} of your pictures that did not train, fewer boxes are missing or wrong on {number} and more on "
        "{few}: too few to be told from chance."
    ),
    later(
        "Of {all} of your fields that did not train, fewer boxes are missing or wrong on {number} and more on "
        "{few}: too few to be told from chance."
    ),
    later(
        "Of {all} of your cases that did not train, fewer boxes are missing or wrong on {number} and more on "
        "{few}: too few to be told from chance."
    ),
    later(
        "Fewer than {number} cases judge, so the interval takes each field as a witness of its own; it promises too "
        "much."
    ),
    later(
        "Fewer than {number} pictures judge, so the interval takes each field as a witness of its own; it promises "
        "too much."
    ),
    later("One cell alone tells nothing."),
    # The same of a segmenter.
    later("{number} outlined cells can train; needed are {few} at least."),
    later("No outlined cell was locked away to judge by."),
    later(
        "Of {all} of your cells that did not train, {number} are outlined better and {few} worse: too few to be told "
        "from chance."
    ),
    later(
        "Of {all} of your pictures that did not train, {number} are outlined better and {few} worse: too few to be "
        "told from chance."
    ),
    later(
        "Of {all} of your cases that did not train, {number} are outlined better and {few} worse: too few to be told "
        "from chance."
    ),
    later("{number} cells neither train nor judge: their outlines contradict themselves."),
    later("its outline holds nothing of the picture."),
    later("{share} of its nucleus lies outside of the cell."),
    later("is outlined twice: as cell {number} too."),
    later("the model that learned from it still outlines the {title} otherwise (Dice {number})."),
    later("is no segmenter that can be refined."),
    later("Name a segmenter."),
    later("holds no outlined cell that could train."),
    later("Outline more cells. Those that are locked away to judge do not train."),
    later("There is no outlined cell to write."),
    later("The classes are uneven: {number} {title} to {few} {other}; each counts alike."),
    later("shows the same as another correction, which is called {title}."),
    later("the other cells say {title} ({share}), hardly {other} ({rest})."),
    later("has no head that could be refitted."),
    later("Name a classifier."),
    later("was fitted or taught by examples, which a refinement would not keep."),
    later("Refine the model that it came from."),
    later("holds no reference cells, so nothing would keep it from forgetting."),
    later("`python -m training references` adds them."),
    later("names other classes than the model that is refined."),
    later("holds no cell that could train."),
    later("Name more cells. Those that are locked away to judge do not train."),
    later("does not say what shall be refined."),
    later("is no verdict: {reason}."),
    later('Install it with `pip install "bloodview[training]"`, in a checkout `pip install -e ".[training]"`.'),
    # Why a model cannot be used, or not be let in.
    later("its card calls it {name}."),
    later("Call the folder so, too."),
    later("it is made to {name}, which this version of BloodView does not know."),
    later("its architecture {name} is not known to this version of BloodView."),
    later("this version of BloodView knows no architecture {name}"),
    later("this version of BloodView knows no network {name}"),
    later("this version of BloodView knows no head {name}"),
    later("it has no {name}."),
    later("Put the file beside its card."),
    later("Put the file beside its weights."),
    later("{name} is no model of yours, so it stays."),
    later("Choose one that you made or imported."),
    later("{name} is in use, so it stays."),
    later("Use another model first, or go back."),
    later("could not be removed: {reason}."),
    later("Check your rights to the folder."),
    later("it gives no answer: {reason}"),
    later("Look at the list again."),
    later("Install the model again."),
    later("there is no model called {name}."),
    later("Installed: {name}."),
    later("was made by a newer BloodView."),
    later("Update BloodView to use this model."),
    later("Update BloodView."),
    later("is no model card."),
    later("the model's card cannot be read: {reason}."),
    later("the model's card is no JSON."),
    later("the model's card does not fit its format: {reason}."),
    later("the weights cannot be read: {reason}."),
    later("the weights do not fit the card: {reason}"),
    later("the weights lack {name}"),
    later("does not tell which models were chosen."),
    later("Move the file away: the models that came with BloodView are then used."),
    later("the model's id {name} is no name for a folder."),
    later("Make it anew."),
    later("Give it another id."),
    later("the model {name} was taken into use, but is not there any more."),
    later("`bloodview models rollback` goes back to the one before."),
    later("is a model to {name}, not to {kind}."),
    later("Name another model."),
    later("was taught classes by examples, which an adaptation would not know."),
    later("was adapted from {name}, which is not installed."),
    later("was made from {name}, which is not installed."),
    later("Name another --base."),
    later("holds {name}, which is no part of a model."),
    later("holds {name} as a link or device."),
    later("holds {name} of {number} bytes, too many."),
    later("lacks {name}."),
    later("does not say what it holds: {reason}."),
    later("{name} unpacks to more than it says."),
    later("{name} is not what its checksum says."),
    # The machine that they run on.
    later("The device {name} is not on this machine."),
    later("Use --device auto or cpu."),
    later("The models answer wrongly on this device ({name}), on a cell whose answer is known: {kind}."),
    later("The known answer of the sample is missing or damaged."),
)
"""Kept word by word as cards and rooms below write them; classes of a refinement come with their titles."""
