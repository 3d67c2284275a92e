"""What a count shows that a person must look at, and silence where there is nothing."""

from bloodview.core.differential import from_counts
from bloodview.core.flags import findings
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
