import xml.etree.ElementTree as ET

from qa_service.evaluation.charts import Caption, draw_bars, draw_reliability
from qa_service.evaluation.figures import Bin, Figure

CAPTION = Caption("Scores & shares", "two <points>")


def test_two_points_stand_where_a_person_computes_them():
    bins = (Bin(0.25, Figure(0.5, 4, 0.25, 0.75)), Bin(0.75, Figure(1.0, 4, 0.5, 1.0)))
    svg = ET.fromstring(draw_reliability(bins, CAPTION))
    points = [(c.get("cx"), c.get("cy")) for c in svg.iter("circle")]
    assert points == [("100.0", "130.0"), ("220.0", "10.0")]
    intervals = [one for one in svg.iter("line") if one.get("class") == "interval"]
    assert [(one.get("y1"), one.get("y2")) for one in intervals] == [
        ("190.0", "70.0"),
        ("130.0", "10.0"),
    ]


def test_a_bar_is_as_long_as_its_share_and_says_its_number():
    svg = ET.fromstring(draw_bars({"<8>": Figure(0.5, 12, 0.2, 0.8)}, CAPTION))
    (bar,) = (one for one in svg.iter("rect") if one.get("class") == "bar")
    assert bar.get("width") == "110.0"
    assert [text.text for text in svg.iter("text")] == ["<8>", "0.50 (12)"]


def test_a_chart_says_in_words_what_it_shows():
    svg = ET.fromstring(draw_reliability((), CAPTION))
    assert svg.get("role") == "img"
    assert (svg.findtext("title"), svg.findtext("desc")) == ("Scores & shares", "two <points>")
