"""Universal relations as pictures: points that lie on a relation lie on its line."""

import numpy as np
import pytest
from relation_samples import REALISTIC, realistic_results, star_row

from stellar.plots.axes import mathematics
from stellar.plots.canvas import rendered
from stellar.plots.universal import figure, of_fit, of_relation
from stellar.results.results import Results
from stellar.stars.relations.fitted import fitted
from stellar.stars.relations.forms import FORMS
from stellar.stars.relations.registry import RELATIONS, relation_named
from stellar.stars.relations.residuals import residuals

pytest.importorskip("matplotlib")


def panel(name):
    results = realistic_results()
    return of_relation(results, residuals(results, relation_named(name)))


@pytest.mark.parametrize("name", RELATIONS)
def test_points_lie_off_the_line_by_their_residuals(name):
    shown = panel(name)
    line = np.interp(shown.x, shown.line_x, shown.line_y)
    inverse = name in ("f-damping", "w1-damping")  # curved: the line has 200 points
    np.testing.assert_allclose(
        shown.y / line - 1.0, shown.residuals, atol=1e-3 if inverse else 3e-4
    )


@pytest.mark.parametrize(
    "name", ["f-density-2", "f-damping-2", "f-love-2", "f-density-3", "i-love-2013"]
)
def test_fits_are_drawn_through_their_rows(name):
    found = fitted(realistic_results(), FORMS[name])
    shown = of_fit(found)
    line = np.interp(shown.x, shown.line_x, shown.line_y)
    np.testing.assert_allclose(shown.y / line - 1.0, found.residuals, atol=3e-4)


def test_a_line_ends_where_the_relation_does():
    rows = [star_row(number, star) for number, star in enumerate(REALISTIC[:3])]
    rows[0]["lambda2"] = 9.9e3  # the fit ends at 1e4
    results = Results.from_rows('command = "structure"\n', rows)
    shown = of_relation(results, residuals(results, relation_named("i-love")))
    beyond = shown.line_x > 1e4
    assert beyond.any()
    assert np.isnan(shown.line_y).tolist() == beyond.tolist()


def test_a_panel_stands_over_its_residuals_in_per_cent():
    drawn = figure([panel("f-love-2"), panel("i-love")])
    above, beside, below, _ = drawn.axes
    assert below.get_xlabel() == r"$\Lambda_2$"
    assert below.get_ylabel() == "residual [%]"
    assert below.get_xlim() == above.get_xlim()
    assert beside.get_title() == "i-love\nYagi & Yunes 2017"
    drawn_residuals = np.concatenate(
        [line.get_ydata() for line in below.get_lines() if line.get_linestyle() == "None"]
    )
    expected = 100.0 * panel("f-love-2").residuals
    np.testing.assert_allclose(np.sort(drawn_residuals), np.sort(expected), rtol=1e-12)


def test_many_equations_of_state_share_one_colour():
    rows = [star_row(k, (f"draw{k}", *REALISTIC[k % 11][1:])) for k in range(30)]
    results = Results.from_rows('command = "structure"\n', rows)
    drawn = figure([of_relation(results, residuals(results, relation_named("i-love")))])
    texts = [text.get_text() for text in drawn.legends[0].get_texts()]
    assert texts == ["rows of 30 equations of state", "relation or fit"]
    assert rendered(drawn, "png").startswith(b"\x89PNG")


def test_quantities_of_relations_and_fits_are_written_as_mathematics():
    symbols = {relation.abscissa.symbol for relation in RELATIONS.values()}
    symbols |= {relation.scaled for relation in RELATIONS.values() if relation.scaled}
    symbols |= {form.abscissa.symbol for form in FORMS.values()}
    symbols |= {form.reduced_symbol for form in FORMS.values()}
    assert [symbol for symbol in symbols if "$" not in mathematics(symbol)] == []
