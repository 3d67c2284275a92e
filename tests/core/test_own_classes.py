from dataclasses import replace

import pytest

from bloodview.core import own_classes
from bloodview.core.errors import UserError
from bloodview.core.taxonomy import DEFAULT_TAXONOMY, CellClass, Taxonomy

SMUDGE = CellClass("smudge_cell", "Smudge cell", "leukocyte", "k", "#e377c2", "SC", "hexagon")
TREE = Taxonomy((*DEFAULT_TAXONOMY.classes, SMUDGE))


@pytest.mark.parametrize(
    ("title", "made"),
    [("Smudge cell", "smudge_cell"), ("Größe – 2", "groe_2"), ("2 nuclei", "class_2_nuclei"), ("??", ""),
     ("异型淋巴细胞", "class_e26417e7"), ("异型淋巴细胞 2", "class_8e666555")],
)  # fmt: skip
def test_an_id_is_made_of_the_letters_of_a_title(title: str, made: str) -> None:
    assert own_classes.id_of(title) == made


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"title": " "}, "no name"),
        ({"title": "x" * 61}, "too long"),
        ({"title": "a\0"}, "no text"),
        ({"id": "Smudge Cell"}, "small letters"),
        ({"id": "basophil"}, "already"),
        ({"title": "BASOPHIL"}, "already"),
        ({"parent": "unicorn"}, "unicorn"),
        ({"key": "1"}, "already gives Segmented neutrophil"),
        ({"key": "ab"}, "single key"),
        ({"color": "red"}, "colour"),
        ({"mark": ""}, "one or two letters"),
        ({"mark": "ABC"}, "one or two letters"),
        ({"shape": "cloud"}, "shape"),
    ],
)
def test_what_would_clash_is_refused(change: dict[str, str], why: str) -> None:
    own_classes.check(SMUDGE, DEFAULT_TAXONOMY)
    with pytest.raises(UserError, match=why):
        own_classes.check(replace(SMUDGE, **change), DEFAULT_TAXONOMY)


def test_a_class_may_keep_what_is_its_own_but_not_hang_below_itself() -> None:
    own_classes.check(replace(SMUDGE, title="Smudge"), TREE, instead_of=SMUDGE.id)
    with pytest.raises(UserError, match="below itself"):
        own_classes.check(replace(SMUDGE, parent=SMUDGE.id), TREE, instead_of=SMUDGE.id)


def test_looks_that_are_hard_to_tell_apart_are_remarked_on() -> None:
    assert own_classes.remarks(SMUDGE, DEFAULT_TAXONOMY) == ()
    said = own_classes.remarks(replace(SMUDGE, mark="b"), DEFAULT_TAXONOMY)
    assert said == ("Basophil has the same letters.",)
    like = replace(SMUDGE, color="#7d53c7", shape=DEFAULT_TAXONOMY.shape("basophil"))
    (said_of_look,) = own_classes.remarks(like, DEFAULT_TAXONOMY)
    assert "Basophil has the same shape" in said_of_look


def test_a_suggested_class_clashes_with_nothing() -> None:
    made = own_classes.suggestion("Smudge cell", "leukocyte", DEFAULT_TAXONOMY, {"s": "Slide", "m": "anything"})
    own_classes.check(made, DEFAULT_TAXONOMY)
    assert own_classes.remarks(made, DEFAULT_TAXONOMY) == ()
    assert made.key == "u"
    assert made.mark == "SC"
    second = own_classes.suggestion("Smear cell", "", TREE, {})
    own_classes.check(second, TREE)
    assert second.color != SMUDGE.color
    assert second.mark != "SC"


def test_the_classes_of_a_model_get_ids_of_their_own() -> None:
    names = ("basophil", "Blast, atypical", "blast_atypical", "Basophil", "??", "!!")
    ids = own_classes.ids_of(names)
    assert (ids["basophil"], ids["blast_atypical"]) == ("basophil", "blast_atypical")
    assert (ids["Blast, atypical"], ids["Basophil"]) == ("blast_atypical_2", "basophil_2")
    assert len(set(ids.values())) == len(names)
    for name in names[1:]:
        made = own_classes.of_model(name, ids[name], TREE)
        own_classes.check(made, TREE)
        assert made.id == ids[name]


def test_a_class_of_a_model_that_is_called_as_another_one_is_told_from_it() -> None:
    made = own_classes.of_model("Smudge cell", "smudge_cell_2", TREE)
    assert made.title == "Smudge cell 2"
    assert len(own_classes.of_model("x" * 200, "xx", TREE).title) <= 60
