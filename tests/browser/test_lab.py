"""`giakit lab`: a JupyterLab in the project, with this Python's kernel, that calls nobody and ends at once."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from jupyter_client.blocking import BlockingKernelClient

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.browser

LOOPBACK = {"127.0.0.1", "::1", "localhost"}
TRANSLATION = "/lab/api/settings/@jupyterlab/translation-extension:plugin"
START_SECONDS = 60
UNREACHABLE = "192.0.2.1"  # kept free for documentation, so that nobody is called


def locale(lab: Any) -> str:
    return str(lab.ask(TRANSLATION)["schema"]["properties"]["locale"]["default"])


def evaluate(lab: Any, kernel: str, code: str) -> str:
    """Return what an expression is in a kernel that the server runs."""
    client = BlockingKernelClient(connection_file=str(lab.log.parent / "runtime" / f"kernel-{kernel}.json"))
    client.load_connection_file()
    client.start_channels(hb=False)  # a kernel that is slow to start is not dead
    try:
        client.wait_for_ready(timeout=START_SECONDS)
        answer = client.execute("import giakit.project, os, sys", user_expressions={"it": code}, reply=True, timeout=60)
        return str(answer["content"]["user_expressions"]["it"]["data"]["text/plain"])
    finally:
        client.stop_channels()


def test_it_opens_the_project_with_this_python_s_kernel_alone(lab: Any) -> None:
    assert {each["name"] for each in lab.ask("/api/contents")["content"]} == {"notebooks", "outputs", "params"}
    [kernel] = lab.ask("/api/kernelspecs")["kernelspecs"].values()
    assert kernel["spec"]["argv"][0] == sys.executable


def test_news_updates_and_extensions_are_asked_of_nobody(lab: Any) -> None:
    assert lab.ask("/lab/api/news") == {"news": []}
    assert lab.ask("/lab/api/update") == {"notification": None}
    assert lab.ask("/lab/api/extensions?query=giakit&page=1&per_page=30") is not None
    assert lab.called() <= LOOPBACK


def test_whoever_calls_is_written_down(lab: Any) -> None:
    """The recorder of these tests sees what they promise not to happen."""
    call = f"import socket; socket.create_connection(({UNREACHABLE!r}, 9), 0.1)"
    before = lab.called()
    subprocess.run([sys.executable, "-c", call], env=lab.environment, capture_output=True, check=False)
    recorded = lab.called()
    lab.recorded.write_text("\n".join(before), encoding="utf-8")
    assert UNREACHABLE in recorded


@pytest.mark.parametrize(("language", "expected"), [("zh", "zh_CN"), ("en", "default")])
def test_it_and_its_kernels_speak_giakit_s_language_and_it_ends_without_asking(
    start_lab: Callable[..., Any], language: str, expected: str
) -> None:
    with start_lab(GIAKIT_LANG=language) as lab:
        assert locale(lab) == expected
        kernel = lab.ask("/api/kernels", {"name": "python3", "path": "notebooks/annual_report.ipynb"})
        found = evaluate(
            lab, kernel["id"], "f'{giakit.project.find_root()} {sys.executable} {os.environ[\"GIAKIT_LANG\"]}'"
        )
        assert found == repr(f"{lab.project} {sys.executable} {language}")
        assert lab.end() == 0
        assert "Traceback" not in lab.log.read_text(encoding="utf-8")
        assert list(lab.log.parent.glob("runtime/kernel-*.json")) == []


def test_without_giakit_lang_its_menus_follow_the_locale_and_its_kernels_speak_chinese(
    start_lab: Callable[..., Any],
) -> None:
    with start_lab(GIAKIT_LANG="", LC_ALL="C.UTF-8") as lab:
        assert locale(lab) == "default"
        kernel = lab.ask("/api/kernels", {"name": "python3", "path": "notebooks/annual_report.ipynb"})
        assert evaluate(lab, kernel["id"], "giakit.language.current()") == repr("zh")
