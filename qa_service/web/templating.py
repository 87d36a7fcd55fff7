"""Renders the package's HTML templates; whatever is put into one is escaped."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from qa_service.web.assets import asset_url, read_asset, widget_url


def render(template: str, **values: object) -> str:
    """Return a template filled with values, every one escaped as text."""
    return _environment().get_template(template).render(values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("qa_service.web"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(asset_url=asset_url, widget_url=widget_url, asset=read_asset)
    return environment
