"""Stars and modes for the tests of universal relations, as recorded columns of a result.

Masses, radii, Lambda_l and I were integrated from the textbook equations (Hinderer 2008; Hartle
1967), Q from those of Hartle & Thorne (1968), modes with the solver `shooting`, all to better than
1e-6. The benchmark star BU0 (Gamma = 2, K = 100, rho_c = 1.28e-3) is known independently:
Lambda_2 = 740.820170688, Ibar = 14.482431386, f = 1.5783 kHz, tau = 0.2933 s.
"""

from parode_core import Status
from stellar.results.results import Results

STAR_COLUMNS = ("eos", "mass_msun", "radius_km", "i_bar", "lambda2", "lambda3", "lambda4", "q_bar")
BU0 = (
    "polytrope:gamma=2,K=100",
    *(1.40015972951671, 14.1543724291801, 14.482431386, 740.820170688),
    *(2025.86023454, 5460.86764471, 6.81859299928),
)
REALISTIC = (
    ("pp:SLy", 1.0, 11.8681562, 20.02918982, 2241.517771, 7829.963903, 26610.36425, 9.387672864),
    ("pp:SLy", 1.2, 11.8039550, 14.83832732, 785.0267050, 1843.836859, 4207.628143, 6.826671538),
    ("pp:SLy", 1.4, 11.7060575, 11.46407959, 295.6324990, 483.5613277, 767.0429565, 5.032064111),
    ("pp:SLy", 1.8, 11.2671271, 7.329979485, 40.99350834, 33.48025081, 26.27495357, 2.721581387),
    ("pp:SLy", 2.0, 10.6265939, 5.763611016, 10.50636162, 5.625897614, 2.845321803, 1.864961486),
    ("pp:APR4", 1.0, 11.3478540, 18.60654814, 1743.156700, 5484.814792, 16823.02643, 8.702431054),
    ("pp:APR4", 1.4, 11.3196829, 10.97370021, 247.6112944, 371.5350106, 540.7844300, 4.751181770),
    ("pp:APR4", 1.8, 11.1300651, 7.327306164, 40.64282916, 31.97184344, 24.16789284, 2.707583443),
    ("pp:H4", 1.4, 13.9521384, 15.18925522, 855.2497371, 2094.100039, 4981.935219, 7.014059486),
    ("pp:H4", 1.8, 13.3256979, 9.295813130, 125.0905824, 156.6775014, 189.1140200, 3.851752999),
    ("sly4", 1.4, 11.7116940, 11.49032138, 298.3130193, 489.4726166, 778.9245611, 5.046323631),
)
MODES = {  # (eos, mass): (l, label, frequency in Hz, damping time in s, M Re omega, M Im omega)
    ("pp:SLy", 1.2): (
        (2, "f", 1825.582543, 0.2503709156, 0.06779725554, 2.360733124e-5),
        (3, "f", 2476.771869, 21.99051842, 0.09198068638, 2.687789812e-7),
    ),
    ("pp:SLy", 1.4): (
        (2, "f", 1935.057898, 0.1920346798, 0.08384002385, 3.590855220e-5),
        (3, "f", 2605.596702, 16.30099731, 0.1128923790, 4.230224198e-7),
        (4, "f", 3126.290501, 1368.797110, 0.1354524174, 5.037771687e-9),
        (2, "p1", 6323.137894, 4.244303158, 0.2739618449, 1.624692457e-6),
        (2, "w1", 11268.21562, 2.257767666e-5, 0.4882166405, 0.3054205900),
    ),
    ("pp:SLy", 1.8): (
        (2, "f", 2186.867018, 0.1355041732, 0.1218215928, 6.542886094e-5),
        (3, "f", 2897.343039, 11.64837116, 0.1613993631, 7.611264772e-7),
    ),
    ("pp:APR4", 1.4): (
        (2, "f", 2007.498299, 0.1792992238, 0.08697864048, 3.845910306e-5),
        (3, "f", 2709.057559, 15.00872156, 0.1173750153, 4.594453498e-7),
        (4, "f", 3254.985023, 1243.989136, 0.1410283497, 5.543205426e-9),
    ),
    ("pp:APR4", 1.8): (
        (2, "f", 2189.638735, 0.1352541525, 0.1219759939, 6.554980786e-5),
        (3, "f", 2915.037522, 11.49801277, 0.1623850518, 7.710796540e-7),
        (4, "f", 3488.829169, 946.4742786, 0.1943486836, 9.367273793e-9),
    ),
    ("pp:H4", 1.4): ((2, "f", 1534.766284, 0.3040677509, 0.06649663658, 2.267812784e-5),),
    ("pp:H4", 1.8): ((2, "f", 1789.035300, 0.1818377485, 0.09965998297, 4.875711332e-5),),
}
BU0_MODES = ((2, "f", 1578.255779, 0.2933338223, 0.06838870253, 2.351066788e-5),)


def star_row(star_id, values, **changes):
    columns = dict(zip(STAR_COLUMNS, values, strict=True))
    return {"star_id": star_id, "stable": True, "status": Status.OK, **columns} | changes


def mode_row(mode_id, star_id, values, **changes):
    l, label, frequency, damping_time, m_omega_re, m_omega_im = values
    return {
        "mode_id": mode_id,
        "star_id": star_id,
        "eos": "any",
        "l": l,
        "family": label[0],
        "n": int(label[1:] or 0),
        "label": label,
        "gravity": "full",
        "solver": "shooting",
        "frequency_hz": frequency,
        "damping_time_s": damping_time,
        "m_omega_re": m_omega_re,
        "m_omega_im": m_omega_im,
        "complete": True,
        "status": Status.OK,
    } | changes


def realistic_results():
    """All realistic stars with the modes that are known of them."""
    stars = [star_row(number, star) for number, star in enumerate(REALISTIC)]
    modes = []
    for star in stars:
        for values in MODES.get((star["eos"], star["mass_msun"]), ()):
            modes.append(mode_row(len(modes), star["star_id"], values))
    return Results.from_rows('command = "modes"\n', stars, modes)
