"""What a count shows that a person must look at, and silence where there is nothing."""

from dataclasses import replace

import numpy as np

from bloodview.core.differential import from_counts
from bloodview.core.flags import findings, of_smear
from bloodview.core.geometry import Scale
from bloodview.core.grading import Grading
from bloodview.core.platelets import PlateletPlace, figures
from bloodview.core.red_cells import FEW, RedCellFigures
from bloodview.core.smear import Smear
from bloodview.core.taxonomy import DEFAULT_TAXONOMY, CellClass, Taxonomy

NORMAL = {"segmented_neutrophil": 60, "lymphocyte": 30, "monocyte": 6, "eosinophil": 4}


def test_a_normal_count_raises_nothing() -> None:
    assert findings(from_counts(NORMAL | {"band_neutrophil": 8}, 0, 0, DEFAULT_TAXONOMY)) == []


def test_immature_cells_and_erythroblasts_are_told_with_their_numbers() -> None:
    found = findings(from_counts(NORMAL | {"myelocyte": 1, "erythroblast": 5}, 0, 0, DEFAULT_TAXONOMY))
    assert found == ["Left shift: 1 immature granulocyte, 1.0 %.", "Erythroblasts: 5.0 per 100 leukocytes."]


def test_bands_count_only_beyond_chance() -> None:
    few = findings(from_counts({"segmented_neutrophil": 17, "band_neutrophil": 3}, 0, 0, DEFAULT_TAXONOMY))
    many = findings(from_counts({"segmented_neutrophil": 170, "band_neutrophil": 40}, 0, 0, DEFAULT_TAXONOMY))
    assert few == []
    assert many == ["Left shift: 19.0 % band neutrophils, more than 10 % beyond chance."]


def test_blasts_of_a_taught_class_come_first() -> None:
    blast = CellClass("blast", "Blast", "leukocyte", "", "#ffffff", "BL")
    taxonomy = Taxonomy((*DEFAULT_TAXONOMY.classes, blast))
    found = findings(from_counts(NORMAL | {"blast": 2, "myelocyte": 3}, 0, 0, taxonomy))
    assert found[0] == "Blasts: 2 cells called blast."


def test_without_leukocytes_nothing_is_said() -> None:
    assert findings(from_counts({"erythroblast": 3}, 0, 0, DEFAULT_TAXONOMY)) == []


def smear(clumped: int, diameters_um: list[float]) -> Smear:
    boxes = np.array([(22.0 * i, 0, 22 * i + 25, 25) for i in range(clumped)], np.float32).reshape(-1, 4)
    place = PlateletPlace(boxes, np.array(diameters_um) / 0.1, Scale(0.1, "file"), 0.1)
    return Smear(RedCellFigures(0), figures([place], 200, 15))


def test_clumps_and_large_platelets_are_told() -> None:
    assert of_smear(smear(2, [2.0, 2.5])) == []
    clump, large = of_smear(smear(4, [5.0] * 4 + [2.0] * 6))
    assert clump.startswith("Platelet clumps: 4 platelets lie in 1 clump of 3 or more")
    assert large == "Large platelets: 4 of 10 measured are wider than 4 µm."
    assert len(of_smear(smear(0, [5.0] + [2.0] * 9))) == 0, "chance alone explains one of ten"


def test_what_a_person_saw_of_the_red_cells_is_told() -> None:
    said = of_smear(replace(smear(0, []), grading=Grading({"rouleaux": 0, "schistocytes": 1})))
    assert said == ["Red cells: schistocytes 1+."]


def test_figures_of_few_red_cells_are_no_figures_of_a_smear() -> None:
    few, none, enough = (replace(smear(0, []), red_cells=RedCellFigures(n)) for n in (FEW - 1, 0, FEW))
    assert of_smear(few) == ["Red cells: only 99 could be measured, so their sizes and shapes say little of the smear."]
    assert of_smear(none) == of_smear(enough) == []
