"""What people pick with is made of ipywidgets' own widgets, for which every front end has the code already."""

from __future__ import annotations

import ipywidgets
import pytest
from IPython.core.interactiveshell import InteractiveShell

from giakit.explore.opened import open_county
from giakit.explore.pickers import Pickers
from giakit.explore.view import Look
from giakit.panel.session import Answer, Link, Session
from giakit.panel.views import list_views
from giakit.panel.widgets import Page, Panel
from giakit.parameters import read_parameters
from giakit.project import init_project
from giakit.report import read_report

STOCK = {f"@jupyter-widgets/{name}" for name in ("base", "controls", "output")}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    root = tmp_path_factory.mktemp("项目")
    init_project(root)
    return root


@pytest.fixture
def made():
    """Give a function that returns the modules of all widgets made since, by the widgets' names."""
    before = set(ipywidgets.Widget.get_manager_state()["state"])

    def look():
        state = ipywidgets.Widget.get_manager_state()["state"]
        found = [each for name, each in state.items() if name not in before]
        return {
            each["model_name"]: {each["model_module"], each["state"].get("_view_module") or each["model_module"]}
            for each in found
        }

    return look


@pytest.mark.parametrize("read_only", [True, False])
def test_the_panel_needs_no_extension_of_a_front_end(project, made, read_only):
    report = read_report(read_parameters(project / "params/county-2021.yaml", town="柳渡镇", root=project))
    panel = Panel(Session(InteractiveShell(), report), read_only=read_only)
    panel.refresh()
    for view in list_views(report)[:-1]:
        panel._views.value = view.id
    panel._say(Answer("好", links=(Link("报告", "../outputs/report.pdf"),), problems=("错",)))
    assert {"DropdownModel", "ButtonModel", "ToggleButtonsModel", "HTMLModel", "OutputModel"} <= set(made())
    assert set().union(*made().values()) == STOCK


def test_nor_do_the_pickers_across_organs(project, made):
    county = open_county([str(project / f"params/county-{year}.xlsx") for year in (2020, 2021)])
    pickers = Pickers(county, Look("applications.received.total", 2021), lambda _: None)
    ipywidgets.HBox(pickers._pickers)
    assert {"DropdownModel", "HBoxModel"} <= set(made())
    assert set().union(*made().values()) <= STOCK


def test_nor_does_a_page(made):
    message = {"header": {"msg_type": "display_data"}, "content": {"data": {}, "transient": {"display_id": "giakit-1"}}}
    Page()(message)
    assert set().union(*made().values()) == {"@jupyter-widgets/base", "@jupyter-widgets/output"}
