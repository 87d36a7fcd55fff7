"""The pages that visitors see, in Chromium."""


def test_a_page_loads_from_our_origin_only_and_stores_nothing(
    page, context, base_url, requested, complaints
):
    for path in ("/", "/ask", "/embed", "/policies/privacy-policy"):
        page.goto(path)
        assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert all(url.startswith((base_url, "data:")) for url in requested)
    assert context.cookies() == []
    assert complaints == []
