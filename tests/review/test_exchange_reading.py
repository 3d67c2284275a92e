"""Files of other programs, good and bad: every format is told by its content, what cannot be used is named."""

import json
from pathlib import Path

import pytest

from bloodview.core.cells import Kind, Status
from bloodview.core.errors import UserError
from bloodview.core.geometry import Box
from bloodview.review.case import Case
from bloodview.review.commands import Reject, Relabel
from bloodview.workflows import importing
from tests.review.examples import SIZE, dump

# The case of conftest: a.png, 1000 x 800, cells at (100, 100), (300, 100), (500, 100), each 60 wide.

VOC = """<annotation><filename>{name}</filename><size><width>1000</width><height>800</height><depth>3</depth></size>
<object><name>{label}</name><bndbox><xmin>{x}</xmin><ymin>100</ymin><xmax>{right}</xmax><ymax>160</ymax></bndbox>
</object></annotation>"""

COCO = """{"images": [{"id": 1, "file_name": "a.png", "width": 1000, "height": 800}],
"categories": [{"id": 1, "name": "basophil"}],
"annotations": [{"image_id": 1, "category_id": 1, "bbox": [1, 1, 9, 9]}]}"""


def voc(label: str = "Basophil", x: float = 100, right: float = 160, name: str = "a.png") -> str:
    return VOC.format(label=label, x=x, right=right, name=name)


def bring(case: Case, path: Path, text: str) -> importing.Reading:
    path.write_text(text, encoding="utf-8")
    return importing.import_annotations(case, path)


def test_a_class_is_found_by_id_title_or_usual_name(case: Case, tmp_path: Path) -> None:
    for number, (name, label) in enumerate({"Band neutrophil": "band_neutrophil", "BASOPHIL": "basophil"}.items()):
        bring(case, tmp_path / f"{number}.xml", voc(name))
        assert case.cell(1).label == label
    bring(case, tmp_path / "new.xml", voc("Platelets", 700, 720))
    assert (case.cells()[-1].label, case.cells()[-1].kind) == ("platelet", Kind.PLATELET)


def test_a_coarser_name_takes_nothing_back(case: Case, tmp_path: Path) -> None:
    assert bring(case, tmp_path / "x.xml", voc("WBC")).command is None
    assert case.cell(1).label == "lymphocyte"


def test_a_class_that_the_case_lacks_is_named_and_the_rest_is_done(case: Case, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "1.xml").write_text(voc())
    (tmp_path / "in" / "2.xml").write_text(voc("&lt;b&gt;=Auer rod&lt;/b&gt;", 300, 360))
    reading = importing.import_annotations(case, tmp_path / "in")
    assert case.cell(1).label == "basophil"
    (said,) = (sentence for _, sentence in reading.problems)
    assert said == "1 annotation left out, the case has no such class: '<b>=Auer rod</b>'."


def test_signs_that_are_no_text_reach_no_line(case: Case, tmp_path: Path) -> None:
    name = "x\u001b[31m\n" + "y" * 200
    rows = f"image,label,x,y,w,h\na.png,{json.dumps(name)},1,1,9,9\n"
    with pytest.raises(UserError) as caught:
        bring(case, tmp_path / "x.csv", rows)
    assert "\u001b" not in str(caught.value)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("b.xml", voc(name="b.png"), "not in the case"),
        ("s.xml", voc().replace("<width>1000", "<width>999"), "another size"),
        ("h.csv", "slide,content_hash,label,x0,y0,x1,y1\na.png,hash-z,basophil,100,100,160,160\n", "another one"),
        ("o.xml", voc(x=2000, right=2060), "outside the picture"),
        ("e.xml", voc(x=160, right=160), "damaged"),
        ("n.xml", voc().replace(">100<", ">nan<"), "damaged"),
        ("w.xml", voc(right=1e300), "damaged"),
        ("t.xml", voc()[:-9], "no whole XML"),
        ("d.xml", '<!DOCTYPE annotation [<!ENTITY a "aaaa">]>' + voc("&a;"), "DOCTYPE"),
        ("c.xml", voc().replace("<width>1000", "<width>" + "9" * 100_000), "no size of a picture"),
        ("v.xml", "<annotation>" + "<a>" * 100_000, "no whole XML"),
        ("z.xml", "<annotation>" + "<a>" * 100_000 + "</a>" * 100_000 + "</annotation>", "names no picture"),
        ("f.xml", voc(name=""), "names no picture"),
        ("j.json", '{"images": [], "annotations": [', "no whole JSON"),
        ("k.json", '{"images": [{"id": 1}], "annotations": [], "categories": []}', "lacks 'file_name'"),
        ("deep.json", "[" * 100_000, "nested too deep"),
        ("i.json", COCO.replace("[1, 1, 9, 9]", f"[{10**400}, 1, 9, 9]"), "1 damaged"),
        ("m.json", COCO.replace("[1, 1, 9, 9]", "[1, 1, NaN, 9]"), "1 damaged"),
        ("y.json", COCO.replace('"width": 1000', '"width": "wide"'), "no COCO file"),
        ("l.json", '{"shapes": [], "imagePath": ""}', "names no picture"),
        ("g.geojson", '{"type": "FeatureCollection", "features": [{"type": "Feature"}]}', "no polygons"),
        ("p.csv", "image,x,y,class_name\na.png,900,700,basophil\n", "points where the case has no cell"),
        ("q.txt", "0 0.5 0.5 0.1 0.1\n", "by number only"),
        ("r.txt", "hello world\n", "no format that BloodView knows"),
        ("u.txt", "", "no format that BloodView knows"),
    ],
)
def test_what_cannot_be_used_is_said_and_changes_nothing(
    case: Case, tmp_path: Path, name: str, text: str, why: str
) -> None:
    before = dump(case)
    with pytest.raises(UserError, match=why) as caught:
        bring(case, tmp_path / name, text)
    assert name in str(caught.value)
    assert (dump(case), case.edit_count) == (before, 0)


@pytest.mark.parametrize("name", ["x.json", "x.xml", "x.csv", "x.txt"])
def test_a_file_larger_than_any_annotations_is_refused_before_it_is_read(case: Case, tmp_path: Path, name: str) -> None:
    with (tmp_path / name).open("wb") as file:
        file.truncate(2**40)
    with pytest.raises(UserError, match="too large"):
        importing.import_annotations(case, tmp_path / name)


def test_bytes_that_are_no_text_are_refused(case: Case, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(b"{\xff\xfe")
    with pytest.raises(UserError, match="no text in UTF-8"):
        importing.import_annotations(case, tmp_path / "x.json")


def test_a_folder_without_annotations_and_a_path_without_a_file_are_refused(case: Case, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for given, why in ((tmp_path / "in", "holds no annotations"), (tmp_path / "gone", "no such file")):
        with pytest.raises(UserError, match=why):
            importing.import_annotations(case, given)


def test_one_damaged_file_of_a_folder_does_not_stop_the_others(case: Case, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "1.xml").write_text("<annotation>")
    (tmp_path / "in" / "2.xml").write_text(voc())
    reading = importing.import_annotations(case, tmp_path / "in")
    assert case.cell(1).label == "basophil"
    assert [Path(p).name for p, _ in reading.problems] == ["1.xml"]


def test_a_box_that_reaches_beyond_the_picture_is_cut_there_and_that_is_said(case: Case, tmp_path: Path) -> None:
    reading = bring(case, tmp_path / "x.xml", voc("platelet", x=950, right=1100))
    assert case.cells()[-1].box_l0 == Box(950, 100, SIZE.width, 160)
    assert case.cells()[-1].touches_edge
    assert "were cut there" in reading.problems[0][1]


def test_a_point_names_the_cell_it_lies_on(case: Case, tmp_path: Path) -> None:
    bring(case, tmp_path / "x.csv", "image;x;y;class_name\nfolder/a.png;330;130;basophil\n")
    assert case.cell(2).label == "basophil"


def test_a_table_from_a_spreadsheet_is_read_whatever_its_case_and_mark(case: Case, tmp_path: Path) -> None:
    bring(case, tmp_path / "y.csv", "\ufeffImage,Label,Xmin,Ymin,Xmax,Ymax\r\na.png,basophil,100,100,160,160\r\n")
    assert case.cell(1).label == "basophil"


def test_yolo_finds_its_classes_above_and_its_picture_by_name(case: Case, tmp_path: Path) -> None:
    (tmp_path / "labels").mkdir()
    (tmp_path / "data.yaml").write_text("path: .\nnames:\n  0: wbc\n  1: basophil\nnc: 2\n")
    bring(
        case, tmp_path / "labels" / "a.txt", "1 0.13 0.1625 0.06 0.075\n1 0.7 0.7 0.7 0.8 0.8 0.8\n9 0.5 0.5 0.1 0.1\n"
    )
    assert case.cell(1).label == "basophil"
    assert case.cells()[-1].cell_outline == ((700, 560), (700, 640), (800, 640))


def test_an_outline_and_a_nucleus_beside_a_box_are_one_cell(case: Case, tmp_path: Path) -> None:
    def shape(label: str, kind: str, points: list[list[float]]) -> dict[str, object]:
        return {"label": label, "shape_type": kind, "points": points, "group_id": None}

    ring = [[701.0, 701.0], [759.0, 701.0], [759.0, 759.0], [730.0, 759.5], [701.0, 759.0]]
    shapes = [
        shape("wbc", "rectangle", [[700, 700], [760, 760]]),
        shape("white_cell", "polygon", ring),
        shape("nucleus", "polygon", [[720, 720], [740, 720], [740, 740]]),
        shape("wbc", "line", [[1, 1], [2, 2]]),
    ]
    content = {"version": "5", "imagePath": "../a.png", "imageHeight": 800, "imageWidth": 1000, "shapes": shapes}
    reading = bring(case, tmp_path / "x.json", json.dumps(content))
    assert len(case.cells()) == 4
    cell = case.cells()[-1]
    assert cell.box_l0 == Box(700, 700, 760, 760)
    assert cell.cell_outline == tuple(map(tuple, ring))
    assert cell.nucleus_outline == ((720, 720), (740, 720), (740, 740))
    assert "outline nothing (line)" in reading.problems[0][1]


def test_a_rejected_cell_that_is_named_elsewhere_counts_again(case: Case, tmp_path: Path) -> None:
    case.apply(Reject((1,)))
    bring(case, tmp_path / "x.xml", voc())
    assert (case.cell(1).status, case.cell(1).label) == (Status.ACTIVE, "basophil")
    case.undo()
    assert case.cell(1).status is Status.REJECTED


def test_an_import_is_told_in_the_journal(case: Case, tmp_path: Path) -> None:
    case.apply(Relabel((2,), "basophil"))
    bring(case, tmp_path / "x.xml", voc())
    assert case.journal(1)[0].title == "1 cell imported from Pascal VOC"
    assert case.undo_title == "1 cell imported from Pascal VOC"
