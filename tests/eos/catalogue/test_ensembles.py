"""Files of draws: one equation of state a row, bad draws rejected in place, bad files refused."""

import hashlib

import pytest

from stellar.eos.catalogue.ensembles import RejectedEOS
from stellar.eos.catalogue.lookup import resolve, resolve_many
from stellar.errors import InputError

HEADER = "log_p1,g1,g2,g3\n"
SLY, AP4 = "34.384,3.005,2.988,2.851\n", "34.269,2.830,3.445,3.348\n"


@pytest.fixture
def draws(tmp_path):
    def write(text, name="draws.csv"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_published_parameters_as_draws_give_the_published_rows(draws):
    path = draws(HEADER + SLY + AP4)
    first, second = resolve_many(f"pp:@{path}")
    assert first.segments == resolve("pp:SLy").segments
    assert second.segments == resolve("pp:AP4").segments


def test_specification_of_a_draw_recreates_it_without_the_file(draws):
    (eos,) = resolve_many(f"pp:@{draws(HEADER + SLY)}")
    assert eos.spec == "pp:log_p1=34.384,g1=3.005,g2=2.988,g3=2.851"
    assert resolve(eos.spec).segments == eos.segments


def test_one_draw_can_be_named(draws):
    path = draws(HEADER + SLY + AP4)
    eos = resolve(f"pp:@{path}#2")
    assert eos.name == f"pp:@{path}#2"
    assert eos.segments == resolve("pp:AP4").segments


def test_draw_remembers_file_line_and_digest(draws):
    text = "# posterior\n\n" + HEADER + SLY
    path = draws(text)
    provenance = dict(resolve(f"pp:@{path}#1").provenance)
    assert provenance["draws"] == f"{path}, line 4"
    assert provenance["draws_sha256"] == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    "text",
    [
        HEADER + SLY + AP4,
        "\ufeff" + HEADER + SLY + AP4,
        (HEADER + SLY + AP4).replace("\n", "\r\n"),
        " g2 , G3,g1, LOG_P1\n2.988,2.851,3.005,34.384\n3.445,3.348,2.83,34.269",
        "# head\n" + HEADER + "\n# first\n" + SLY + ",,,\n" + AP4,
    ],
)
def test_order_case_spaces_comments_and_line_ends_do_not_matter(draws, text):
    members = resolve_many(f"pp:@{draws(text)}")
    assert [m.spec for m in members] == [
        "pp:log_p1=34.384,g1=3.005,g2=2.988,g3=2.851",
        "pp:log_p1=34.269,g1=2.83,g2=3.445,g3=3.348",
    ]


def test_shared_parameters_stand_in_the_specification(draws):
    path = draws("rho_t,deps,cs2\n6e14,0.3,1\n7e14,0.4,0.8\n")
    first, second = resolve_many(f"css:@{path},base=(pp:SLy,gamma1=1.1x)")
    assert first.transitions[0].eps_above / first.transitions[0].eps_below == pytest.approx(1.3)
    assert second.stratified
    assert second.spec == "css:base=(pp:SLy,gamma1=1.1x),rho_t=7e+14,deps=0.4,cs2=0.8"


def test_columns_may_hold_words_and_equations_of_state(draws):
    path = draws("base,n_t,deps,cs2,gamma1\npp:SLy,0.4,0.3,1,1.1x\n(mit:B=60),0.4,0.2,1,\n")
    hybrid, bag = resolve_many(f"css:@{path}")
    assert hybrid.stratified
    assert bag.spec == "css:base=mit:B=60,n_t=0.4,deps=0.2,cs2=1"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("34.384,-3,2.988,2.851", "1 < g1 <= 10"),
        ("34.384,1,2.988,2.851", "1 < g1 <= 10"),
        ("34.384,3.005,,2.851", "lacks the parameter g2"),
        ("31,3.005,2.988,2.851", "would meet the crust"),
        ("39,3.005,2.988,2.851", "would meet the crust"),
        ("34.384,1.35692,2.988,2.851", "never meets the crust"),
    ],
)
def test_unphysical_draw_is_rejected_in_its_place(draws, row, reason):
    path = draws(HEADER + SLY + row + "\n" + AP4)
    first, rejected, last = resolve_many(f"pp:@{path}")
    assert isinstance(rejected, RejectedEOS)
    assert rejected.reason.startswith(f"{path}, line 3: ")
    assert reason in rejected.reason
    assert rejected.name == f"pp:@{path}#2"
    assert first.segments == resolve("pp:SLy").segments
    assert last.segments == resolve("pp:AP4").segments
    with pytest.raises(InputError, match="line 3"):
        resolve(f"pp:@{path}#2")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is empty"),
        ("# nothing\n", "is empty"),
        (HEADER, "holds no draws"),
        ("log_p1,g1,g2,g4\n" + SLY, "line 1: the column 'g4' is unknown; pp takes log_p1"),
        ("log_p1,g1,g2,gamma3\n" + SLY, "'gamma3' is unknown"),
        ("log_p1,g1,g2,g2\n" + SLY, "line 1: g2 is given by two columns"),
        (HEADER + SLY + "34.4,3,3\n", "line 3: 3 values where the header names 4 columns"),
        (HEADER + "34.4,3,three,3\n", "line 2, column g2: 'three' is not a finite number"),
        (HEADER + SLY + "34.4,3,3,nan\n", "line 3, column g3: 'nan' is not a finite number"),
        (HEADER + SLY + "34.4,1e999,3,3\n", "line 3, column g1: '1e999'"),
        (HEADER + '34.4,"3,3,3\n', "no CSV"),
        (HEADER.encode() + b"34.4,\xff,3,3\n", "line 2: not UTF-8"),
        (b"\x00\x01\x02", "unknown"),
    ],
)
def test_malformed_file_is_refused_with_file_line_and_value(draws, text, sentence):
    path = draws(text)
    with pytest.raises(InputError) as problem:
        resolve_many(f"pp:@{path}")
    assert sentence in str(problem.value)
    assert path.name in str(problem.value)
    assert "\n" not in str(problem.value)


@pytest.mark.parametrize(
    ("tail", "sentence"),
    [
        ("#0", "no draw #0"),
        ("#3", "holds draws #1 to #2"),
        ("#x", "no draw #x"),
        (",g1=3", "g1 is given by"),
    ],
)
def test_wrong_choice_of_draws_is_refused(draws, tail, sentence):
    with pytest.raises(InputError, match=sentence):
        resolve_many(f"pp:@{draws(HEADER + SLY + AP4)}{tail}")


@pytest.mark.parametrize("spec", ["pp:@missing.csv", "pp:@", "pp:@.", "pp:@missing.csv#1"])
def test_file_that_cannot_be_read_is_refused(spec, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="cannot be read"):
        resolve_many(spec)


def test_ensemble_is_refused_where_one_equation_of_state_is_expected(draws):
    with pytest.raises(InputError, match="name one of them as in pp:@.*#1"):
        resolve(f"pp:@{draws(HEADER + SLY)}")


@pytest.mark.parametrize(
    ("family", "text", "shared", "segments"),
    [
        ("spectral", "gamma_0,gamma_1\n0.98,0.11\n9,9\n", ",p0=1.64e33", 6),
        ("meta", "L_sym,K_sym\n46,-120\n-190,-120\n", ",n_sat=.16,E_sat=-16,K_sat=230,E_sym=32", 6),
        ("css", "rho_t,deps\n6e14,0.3\n6e25,0.3\n", ",base=pp:SLy,cs2=0.7", 7),
        ("mit", "B\n60\n-60\n", "", 1),
    ],
)
def test_every_family_takes_draws_and_rejects_what_cannot_be(draws, family, text, shared, segments):
    good, bad = resolve_many(f"{family}:@{draws(text)}{shared}")
    assert len(good.segments) >= segments
    assert isinstance(bad, RejectedEOS)
    assert "line 3" in bad.reason
