"""The grammar of specifications, and wrong ones: always one sentence that helps."""

import pytest

from stellar.eos.catalogue.lookup import resolve, split_specs
from stellar.eos.functionals import FUNCTIONALS
from stellar.errors import InputError

GOOD = {
    "sly": "sly4",
    "SLy": "sly4",
    "DH2001": "sly4",
    "sly4:join=maxwell,crust=sly,freeze=all": "sly4",
    "sly,freeze=proton": "sly4:freeze=proton",
    "pp:sly": "pp:SLy",
    "PP:apr4": "pp:AP4",
    "pp:SLy,gamma1=1.10x": "pp:SLy,gamma1=1.1x",
    "polytrope:K=100,gamma=2": "polytrope:gamma=2,K=100",
    " polytrope : gamma = 2.0 , k = 1e2 ": "polytrope:gamma=2,K=100",
    "polytrope:gamma=2,K=100,gamma1=2.2": "polytrope:gamma=2,K=100,gamma1=2.2",
    "energy-polytrope:n=0.123456789012345,K=100": "energy-polytrope:n=0.123456789012345,K=100",
    "constant-density:eps=1e15": "constant-density:eps=1e+15",
}

SPLITS = {
    "sly": ["sly"],
    "polytrope:gamma=2,K=100,sly": ["polytrope:gamma=2,K=100", "sly"],
    "sly,freeze=proton,pp:SLy": ["sly,freeze=proton", "pp:SLy"],
    "css:base=(pp:SLy,gamma1=1.1x),rho_t=6e14,sly": [
        "css:base=(pp:SLy,gamma1=1.1x),rho_t=6e14",
        "sly",
    ],
    "css:base=pp:SLy,rho_t=6e14": ["css:base=pp:SLy,rho_t=6e14"],
    " sly , pp:SLy ": ["sly", "pp:SLy"],
}

BAD = {
    "": "empty item",
    ",sly": "empty item",
    "sly,": "empty item",
    "sly,,pp:SLy": "empty item",
    "gamma=2,K=100": "write the name first",
    "css:base=(pp:SLy": "parentheses",
    "css:base=pp:SLy)": "parentheses",
    "sly,pp:SLy": "holds 2 equations of state",
    "slyy": "Did you mean sly",
    "SLy9": "Did you mean",
    "AP4": "Did you mean pp:AP4?",
    "zzz": "stellar eos list",
    "sly four": "not an equation of state",
    "polytrope :": "not an equation of state",
    ":": "not an equation of state",
    "\u03c3ly": "not an equation of state",
    "x" * 5000: "...",
    "neutronium:B=60": "unknown family 'neutronium'; known are ",
    "polytropes:gamma=2,K=100": "Did you mean polytrope",
    "table:my.csv": "cannot be read: No such file",
    "./eos.dat": "cannot be read: No such file",
    "dir/eos": "cannot be read: No such file",
    "eos.h5": "cannot be read: No such file",
    "polytrope": "lacks the parameter gamma",
    "polytrope:gamma=2": "lacks the parameter K",
    "polytrope:gamma=2,K=100,n=1": "parameter n is unknown; polytrope takes gamma, K, gamma1",
    "polytrope:gamma=2,gamma=2,K=1": "gamma is given twice",
    "polytrope:gamma=2,K=1,k=1": "given twice",
    "polytrope:gamma=two,K=100": "'two', but it must be a number",
    "polytrope:gamma=nan,K=100": "1.2 < gamma <= 10",
    "polytrope:gamma=inf,K=100": "1.2 < gamma <= 10",
    "polytrope:gamma=1e999,K=100": "1.2 < gamma <= 10",
    "polytrope:gamma=1_0,K=100": "must be a number",
    "polytrope:gamma=\u0662,K=100": "must be a number",
    "polytrope:gamma=1,K=100": "1.2 < gamma <= 10",
    "polytrope:gamma=2,K=0": "0 < K <= 1e+12",
    "polytrope:gamma=2,K=-100": "0 < K",
    "polytrope:gamma=2,K=": "key=value",
    "polytrope:gamma=2,=100": "key=value",
    "polytrope:2,K=100": "not of the form key=value",
    "energy-polytrope:n=5,K=100": "0 < n <= 4.9",
    "energy-polytrope:n=1": "K (polytropic constant in km^(2/n)",
    "constant-density": "lacks the parameter eps",
    "constant-density:eps=1e30": "0 < eps <= 1e+18",
    "constant-density:eps=1e15,gamma1=2": "incompressible",
    "pp": "names no row",
    "pp:": "such as pp:SLy",
    "pp:SLi": "Did you mean SLy",
    "pp:SLy,K=1": "parameter K is unknown; pp takes gamma1",
    "pp:SLy,gamma1=0x": "multiple of the equilibrium index",
    "pp:SLy,gamma1=-1.1x": "multiple of the equilibrium index",
    "pp:SLy,gamma1=x": "multiple of the equilibrium index",
    "pp:SLy,gamma1=nan": "multiple of the equilibrium index",
    "sly:foo": "not of the form key=value",
    "sly,gamma1=1.1x": "composition and a frozen speed of sound of its own",
    "sly,crust=bsk99": "crust=sly|bsk24|none",
    "sly,join=glue": "join=maxwell|smooth",
    "sly,crust=none,join=smooth": "no crust to join",
    "sly,freeze=neutron": "freeze=all|proton",
    "sly,frost=all": "takes crust, join, freeze",
    "sly,crust=none,crust=sly": "given twice",
}


@pytest.mark.parametrize(("text", "spec"), GOOD.items())
def test_resolved_specification_recreates_the_same_matter(text, spec):
    eos = resolve(text)
    again = resolve(eos.spec)
    assert eos.spec == spec == again.spec
    assert eos.breaks == again.breaks
    h = 0.1 if eos.h_max > 0.1 else eos.h_max
    assert eos.evaluate(h) == again.evaluate(h)


@pytest.mark.parametrize(("text", "specs"), SPLITS.items())
def test_key_value_belongs_to_the_specification_before_it(text, specs):
    assert split_specs(text) == specs


@pytest.mark.parametrize("text", BAD)
def test_wrong_specification_is_refused_with_a_sentence(text):
    with pytest.raises(InputError) as problem:
        resolve(text)
    sentence = str(problem.value)
    assert problem.value.exit_code == 3
    assert BAD[text] in sentence
    assert "\n" not in sentence
    assert sentence.rstrip().endswith((".", "?"))
    assert len(sentence) < 700


@pytest.mark.parametrize("name", FUNCTIONALS)
def test_functional_names_do_not_clash_with_each_other(name):
    others = {n for f in FUNCTIONALS.values() if f.name != name for n in (f.name, *f.aliases)}
    assert not others & {name, *FUNCTIONALS[name].aliases}
