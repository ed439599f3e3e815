"""Cold equations of state in log-enthalpy: where they come from and how they are evaluated.

From the ground up; a folder imports only from those above it in this list, and side by side they
do not know each other:

    base, specification, data, roots     what all the others stand on
    segments, nuclear_matter, fits       pieces of matter; energies of nucleons; published formulas
    tables                               core and crust joined, as series and in files
    functionals, families, user_tables   the registries, and what a user brings in a file
    catalogue, nodes                     from a name to matter; matter as tensors
"""
