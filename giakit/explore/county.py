"""A county: what all its organs reported over the years, as a tidy frame, ranked tables and pictures."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from giakit.content.model import Chart, Notes
from giakit.errors import ParameterError
from giakit.explore.figures import Figure, Reading, find_figure, list_figures, read_figure
from giakit.explore.frame import Organ, list_organs
from giakit.explore.multiples import MOST, build_multiples, plan_multiples
from giakit.explore.ranking import rank
from giakit.explore.view import Look, View
from giakit.language import Text, translate

if TYPE_CHECKING:
    import pandas as pd

    from giakit.explore.alike import Year


class County:
    """What the organs of a county reported over the years; made by `giakit.open_county`.

    Attributes
    ----------
    problems
        What could not be read, a sentence each.
    """

    def __init__(self, frame: pd.DataFrame, problems: tuple[str, ...] = (), root: Path | None = None) -> None:
        self._frame = frame
        self.problems = problems
        self.root = root

    def to_frame(self) -> pd.DataFrame:
        """Return every figure of every report, a row each, with the fields of ``values.csv``.

        Columns: ``organ``, ``name``, ``full_name``, ``level``, ``year`` (integer), ``revision`` of the form,
        ``table``, ``row`` and ``column`` (statutory labels), ``key``, ``amount`` (float in ``unit``, NaN where no
        number was entered), ``unit``, ``state`` (``number``, ``blank``, ``slash``, ``dash``, ``not_applicable``,
        ``unreadable``), ``note``. A year that an organ did not report has no rows.
        """
        return self._frame.copy()

    @cached_property
    def years(self) -> tuple[int, ...]:
        """The years that any organ reported."""
        return tuple(sorted(map(int, self._frame["year"].unique())))

    @cached_property
    def organs(self) -> tuple[Organ, ...]:
        """The organs in the order in which they were read, with what their latest reports call them."""
        return tuple(list_organs(self._frame))

    @cached_property
    def levels(self) -> tuple[str, ...]:
        """The levels of the organs, in the order in which they were read."""
        return tuple(dict.fromkeys(organ.level for organ in self.organs))

    @cached_property
    def _revisions(self) -> dict[int, str]:
        """The revision of the form of each year."""
        pairs = self._frame[["year", "revision"]].drop_duplicates()
        return {int(year): str(form) for year, form in zip(pairs["year"], pairs["revision"], strict=True)}

    @cached_property
    def _figures(self) -> dict[str, Figure]:
        return list_figures(self._revisions.values())

    def figures(self) -> pd.DataFrame:
        """Return the figures that can be looked at: ``统计项标识``, ``部分``, ``名称``, ``单位``, ``年度``.

        ``年度`` are the years whose form has the figure: only these can be compared.
        """
        import pandas as pd

        rows = [
            (each.key, each.heading, each.label, each.unit or "", "、".join(map(str, self._years_of(each))))
            for each in self._figures.values()
        ]
        return pd.DataFrame(rows, columns=["统计项标识", "部分", "名称", "单位", "年度"])

    def coverage(self) -> pd.DataFrame:
        """Return who reported when: a row an organ, a column a year, 已报 or 未报."""
        import pandas as pd

        told = set(self._frame[["organ", "year"]].drop_duplicates().itertuples(index=False, name=None))
        rows = [
            (organ.name, organ.level, *("已报" if (organ.key, year) in told else "未报" for year in self.years))
            for organ in self.organs
        ]
        return pd.DataFrame(rows, columns=["机关", "级别", *(f"{year}年" for year in self.years)])

    def ranked(self, figure: str, *, year: int | None = None, level: str | None = None) -> pd.DataFrame:
        """Return all organs by a figure, the highest first.

        Parameters
        ----------
        figure
            A key such as ``applications.received.total``, a group's such as ``applications.refused.total`` for the sum
            of its rows, or a statutory label; `figures` lists them.
        year
            The year; the latest if not given.
        level
            Only the organs of a level, e.g. 乡镇.

        Returns
        -------
        ``名次``, ``机关``, ``级别``, ``数值``, ``单位``, ``填报情况``, ``上年``, ``增减``; equal figures share a rank,
        and who entered no number has none.

        Raises
        ------
        ParameterError
            If there is no such figure, year or level.
        """
        found = self._figure(figure)
        return rank(self._chosen(level), self._readings(found), found, self._year(year))

    def small_multiples(self, name: str = "received", *, level: str | None = None, most: int = MOST) -> Chart:
        """Return a picture with a panel an organ and a column a year; organs of one level are drawn to one scale.

        A year without a number is a gap that says why, never a column of no height; years whose form does not have
        the figure are left out. The alternative text says every figure.

        Parameters
        ----------
        name
            ``received``, ``outcomes``, ``permits`` or a figure as in `ranked`.
        most
            How many organs are drawn, those with the highest figures.

        Raises
        ------
        ParameterError
            If there is no such picture, figure or level.
        """
        plan = plan_multiples(name)
        names = plan.figures if plan else (name,)
        figures = [self._figure(each) for each in names]
        readings = [self._readings(figure) for figure in figures]
        years = [year for year in self.years if all(year in self._years_of(figure) for figure in figures)]
        left_out = [year for year in self.years if year not in years]
        caption = plan.caption if plan else figures[0].label
        return build_multiples(caption, self._chosen(level), figures, readings, years, left_out, most)

    def alike(
        self, *, year: int | None = None, level: str | None = None, outputs: str | Path = "outputs"
    ) -> pd.DataFrame:
        """Return whose published texts are alike (内容雷同), the most alike first, see `giakit.likeness`.

        Parameters
        ----------
        outputs
            The folder or address of outputs; a relative path starts at the project's root.

        Returns
        -------
        ``年度``, ``机关``, ``相像于``, ``部分``, ``相像度`` (0 to 1), ``相同文字``; no rows where nothing is published.

        Raises
        ------
        ParameterError
            If there is no such year or level.
        """
        from giakit.explore.alike import rank_alike

        wanted = self._year(year)
        known = self._alike(outputs).get(wanted)
        return rank_alike(self._chosen(level), wanted, known)

    def alike_multiples(self, *, level: str | None = None, outputs: str | Path = "outputs") -> Chart:
        """Return a picture with a panel an organ and a column a year: how alike its texts are to others at most."""
        from giakit.explore.alike import draw_alike

        return draw_alike(self._chosen(level), self.years, self._alike(outputs))

    def _alike(self, outputs: str | Path) -> dict[int, Year]:
        from giakit.explore.alike import read_years

        place = outputs if "://" in str(outputs) else (self.root or Path()) / outputs
        return read_years(place, self.years)

    def view(self, figure: str, *, year: int | None = None, level: str | None = None) -> View:
        """Return displays of a figure that follow pickers in a live notebook; parameters as of `ranked`.

        Raises
        ------
        ParameterError
            If there is no such figure, year or level.
        """
        self._chosen(level)
        return View(self, Look(self._figure(figure).key, self._year(year), level or ""))

    @property
    def figure_list(self) -> tuple[Figure, ...]:
        """The figures that can be looked at, in the order of the latest form."""
        return tuple(self._figures.values())

    def label(self, figure: str) -> str:
        """Return the statutory labels of a figure, with its unit."""
        found = self._figure(figure)
        return f"{found.label}（{found.unit}）" if found.unit else found.label

    def summary(self) -> Notes:
        """Return what was read, in a sentence, and what could not be."""
        read = translate(
            "{count} organs, {years}; {reports} reports, {figures} figures.",
            count=len(self.organs),
            years="、".join(map(str, self.years)),
            reports=len(self._frame[["organ", "year"]].drop_duplicates()),
            figures=len(self._frame),
        )
        return Notes(title=translate("What was read"), text="\n".join((read, *self.problems)))

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, object]:
        return self.summary()._repr_mimebundle_(include, exclude)

    # ---- what is asked for -------------------------------------------------------------------------------------------

    def _figure(self, name: str) -> Figure:
        return find_figure(name, self._figures, self._revisions.values())

    def _readings(self, figure: Figure) -> dict[tuple[str, int], Reading]:
        return read_figure(self._frame, figure)

    def _years_of(self, figure: Figure) -> list[int]:
        return [year for year in self.years if self._revisions[year] in figure.parts]

    def _year(self, year: int | None) -> int:
        if year is None and self.years:
            return self.years[-1]
        if year not in self.years:
            known = "、".join(map(str, self.years))
            raise ParameterError(Text("no organ has reported {year}; there are {known}", year=year, known=known))
        return year

    def _chosen(self, level: str | None) -> list[Organ]:
        if level and level not in self.levels:
            known = "、".join(self.levels)
            raise ParameterError(Text("no organ is of level {level}; there are {known}", level=level, known=known))
        return [organ for organ in self.organs if not level or organ.level == level]
