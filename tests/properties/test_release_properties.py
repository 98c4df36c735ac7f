"""Whatever an office does in whatever order, no byte of a released report changes and none is lost."""

from __future__ import annotations

import tempfile
import uuid
from abc import abstractmethod
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import fsspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from giakit.content.correction import Correction
from giakit.errors import GiakitError, ReportSealed
from giakit.outputs import Inputs, OutputFile, ReportRecord, Seal, open_outputs

ORGANS = ("龙村镇", "云泽县/柳渡镇")
INPUTS = Inputs(notebook="", source="", parameters={}, environment={})
AT = datetime(2021, 1, 20, tzinfo=UTC)

organs = st.sampled_from(ORGANS)
texts = st.sampled_from("甲乙丙")


class Office(RuleBasedStateMachine):
    """What may happen to the reports of a year; the model is what was released, with its bytes."""

    @abstractmethod
    def open(self) -> str:
        """Return the address of outputs that are empty."""

    def __init__(self) -> None:
        super().__init__()
        self.address = self.open()
        self.outputs = open_outputs(self.address)
        self.released: dict[str, list[tuple[ReportRecord, dict[str, bytes]]]] = {organ: [] for organ in ORGANS}
        self.standing: dict[str, tuple[ReportRecord, dict[str, bytes]]] = {}
        self.opened: dict[str, tuple[ReportRecord, dict[str, bytes]]] = {}

    def describe(
        self, organ: str, text: str, version: int, outcome: str = "done"
    ) -> tuple[ReportRecord, dict[str, bytes]]:
        files = {"public/report.html": f"{text}{version}".encode(), "internal/findings.json": b"[]"}
        correction = Correction(version=version, day="2021-03-05", reason="错", replaces="") if version > 1 else None
        record = ReportRecord(
            organ=organ,
            year=2020,
            name=organ,
            outcome=outcome,
            kinds=("html",),
            correction=correction,
            inputs=INPUTS,
            outputs=tuple(OutputFile.of(name, content) for name, content in files.items()),
        )
        return record, files

    @rule(organ=organs, text=texts)
    def render(self, organ: str, text: str) -> None:
        record, files = self.describe(organ, text, 1)
        try:
            self.outputs.publish(record, files)
        except ReportSealed:
            assert self.released[organ]
        else:
            assert not self.released[organ]
            self.standing[organ] = record, files

    @rule(organ=organs, text=texts, version=st.integers(2, 5))
    def correct(self, organ: str, text: str, version: int) -> None:
        record, files = self.describe(organ, text, version)
        try:
            self.outputs.publish(record, files)
        except ReportSealed:
            assert version != len(self.released[organ]) + 1 or not self.released[organ]
        else:
            assert version == len(self.released[organ]) + 1
            self.opened[organ] = record, files

    @rule(organ=organs, text=texts, version=st.integers(1, 3))
    def fail(self, organ: str, text: str, version: int) -> None:
        self.outputs.publish(*self.describe(organ, text, version, "failed"))

    @rule(organ=organs)
    def forget_failure(self, organ: str) -> None:
        for record in self.outputs.failures(2020).values():
            if record.organ == organ:
                self.outputs.forget_failure(record)

    @precondition(lambda self: self.opened)
    @rule(organ=organs)
    def withdraw(self, organ: str) -> None:
        if organ in self.opened:
            self.outputs.forget_correction(self.opened.pop(organ)[0])

    @rule(organ=organs, forged=st.booleans())
    def seal(self, organ: str, *, forged: bool) -> None:
        """Release what stands there; a seal for something that does not is refused."""
        seals = self.outputs.seals(2020).get(organ, ())
        ready = self.opened.get(organ) if seals else self.standing.get(organ)
        record, files = self.describe(organ, "假", len(seals) + 1) if forged or ready is None else ready
        replaces = seals[-1].digest if seals else ""
        seal = Seal(version=record.version, by="张三", at=AT, replaces=replaces, record=record)
        try:
            self.outputs.seal(seal)
        except GiakitError:
            assert forged or ready is None
        else:
            assert not forged
            assert ready is not None
            self.released[organ].append((record, files))
            self.opened.pop(organ, None)
            self.standing.pop(organ, None)

    @rule(organ=organs)
    def seal_again(self, organ: str) -> None:
        for record, _ in self.released[organ]:
            with suppress(GiakitError):
                self.outputs.seal(Seal(version=record.version, by="李四", at=AT, record=record))

    @rule()
    def start_anew(self) -> None:
        self.outputs = open_outputs(self.address)
        with self.outputs.lock():
            pass

    @invariant()
    def what_was_released_is_there_as_it_was(self) -> None:
        records, seals = self.outputs.records(2020), self.outputs.seals(2020)
        for organ, versions in self.released.items():
            assert [seal.record for seal in seals.get(organ, ())] == [record for record, _ in versions]
            assert {seal.by for seal in seals.get(organ, ())} <= {"张三"}
            for record, files in versions:
                assert {name: self.outputs.read(record, name) for name in files} == files
            if versions:
                assert records[organ] == versions[-1][0]
            elif organ in self.standing:
                assert records[organ] == self.standing[organ][0]

    @invariant()
    def an_open_correction_is_there(self) -> None:
        assert self.outputs.corrections(2020) == {organ: record for organ, (record, _) in self.opened.items()}


class OfficeWithFolder(Office):
    def open(self) -> str:
        self.scratch = tempfile.TemporaryDirectory()
        return str(Path(self.scratch.name) / "输出")

    def teardown(self) -> None:
        self.scratch.cleanup()


class OfficeWithStore(Office):
    def open(self) -> str:
        address = f"memory://{uuid.uuid4().hex}/年报"
        fsspec.filesystem("memory").makedirs(address)
        return address


_SETTINGS = settings(
    max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
OfficeWithFolder.TestCase.settings = _SETTINGS
OfficeWithStore.TestCase.settings = _SETTINGS
TestFolder = OfficeWithFolder.TestCase
TestStore = OfficeWithStore.TestCase
