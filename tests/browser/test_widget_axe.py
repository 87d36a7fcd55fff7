"""axe-core on the widget."""


def test_axe_itself_notices_a_picture_without_words(page, axe):
    page.goto("/")
    page.evaluate("document.body.append(document.createElement('img'))")
    assert any(found.startswith("image-alt") for found in axe(page))
