"""LOINC codes of what a report says, without a method: neither an analyser nor a person alone has counted.

LOINC is copyright Regenstrief Institute, Inc. (loinc.org); `resources/SOURCES.md` says more.
"""

SHARES = {
    "neutrophil": ("26511-6", "Neutrophils/Leukocytes in Blood"),
    "segmented_neutrophil": ("26505-8", "Segmented neutrophils/Leukocytes in Blood"),
    "band_neutrophil": ("26508-2", "Band form neutrophils/Leukocytes in Blood"),
    "metamyelocyte": ("28541-1", "Metamyelocytes/Leukocytes in Blood"),
    "myelocyte": ("26498-6", "Myelocytes/Leukocytes in Blood"),
    "promyelocyte": ("26524-9", "Promyelocytes/Leukocytes in Blood"),
    "eosinophil": ("26450-7", "Eosinophils/Leukocytes in Blood"),
    "basophil": ("30180-4", "Basophils/Leukocytes in Blood"),
    "lymphocyte": ("26478-8", "Lymphocytes/Leukocytes in Blood"),
    "monocyte": ("26485-3", "Monocytes/Leukocytes in Blood"),
}
"""Class -> code and name of its share of the leukocytes; classes without one have a local code."""

ERYTHROBLASTS = ("19048-8", "Nucleated erythrocytes/Leukocytes [Ratio] in Blood")
PLATELETS = ("49497-1", "Platelets [#/volume] in Blood by Estimate")

_SMEAR = "[Presence] in Blood by Light microscopy"
FINDINGS = {
    "anisocytosis": ("702-1", f"Anisocytosis {_SMEAR}"),
    "microcytosis": ("741-9", f"Microcytes {_SMEAR}"),
    "macrocytosis": ("738-5", f"Macrocytes {_SMEAR}"),
    "hypochromia": ("728-6", f"Hypochromia {_SMEAR}"),
    "polychromasia": ("10378-8", f"Polychromasia {_SMEAR}"),
    "poikilocytosis": ("779-9", f"Poikilocytosis {_SMEAR}"),
    "target_cells": ("10381-2", f"Target cells {_SMEAR}"),
    "spherocytes": ("802-9", f"Spherocytes {_SMEAR}"),
    "schistocytes": ("800-3", f"Schistocytes {_SMEAR}"),
    "teardrop_cells": ("7791-7", f"Dacrocytes {_SMEAR}"),
    "ovalocytes": ("774-0", f"Ovalocytes {_SMEAR}"),
    "elliptocytes": ("11274-8", f"Elliptocytes {_SMEAR}"),
    "stomatocytes": ("10380-4", f"Stomatocytes {_SMEAR}"),
    "burr_cells": ("7790-9", f"Burr cells {_SMEAR}"),
    "acanthocytes": ("7789-1", f"Acanthocytes {_SMEAR}"),
    "sickle_cells": ("801-1", f"Sickle cells {_SMEAR}"),
    "howell_jolly_bodies": ("7793-3", f"Howell-Jolly bodies {_SMEAR}"),
    "basophilic_stippling": ("703-9", f"Basophilic stippling {_SMEAR}"),
    "rouleaux": ("7797-4", f"Rouleaux {_SMEAR}"),
}
"""Finding of the red cells -> code and name; findings without one have a local code."""
