"""The numbers of docs/traceability.md which each stage of the shipped lifecycles answers with its checklist."""

SOFTWARE_NUMBERS = {
    "Internal kick-off": (
        "S2.5 S2.6 S2.7 S2.8 S2.9 S2.10 S2.11 S2.12 S2.13 S2.14 S2.15 S2.16 S2.17 S2.18 S2.19 S2.20 "
        "S2.21 S2.22 S2.23 S2.25"
    ),
    "Kick-off": (
        "S2.24 S2.26 S2.27 S2.28 S2.29 S2.30 S2.31 S2.32 S2.33 S2.34 S2.35 S2.36 S2.37 S2.38 S2.39 S2.40 "
        "S2.41 S2.42 S2.43 S2.44 S2.45 S2.46 S2.47 S2.48 S2.49 S2.50 S2.51 S2.52 S2.53 S2.54 S2.55 S2.56 "
        "S2.57 S2.58 S2.59 S2.60 S2.61 S2.62 S2.63 S2.64 S2.65 S2.66 S2.67 S2.72"
    ),
    "Implementation": (
        "S2.44 S2.68 S2.69 S2.70 S2.71 S2.72 S2.73 S2.74 S2.75 S2.76 S2.77 S2.78 S2.79 S2.80 S2.81 S2.82 "
        "S2.83 S2.84 S2.85 S2.86 S2.87 S2.88 S2.89 S2.90 S2.91 S2.92 S2.93 S2.94 S2.95 S2.96 S2.97 S2.98 "
        "S2.99"
    ),
    "Go-live": (
        "S2.100 S2.101 S2.102 S2.103 S2.104 S2.105 S2.106 S2.107 S2.108 S2.109 S2.110 S2.111 S2.112 "
        "S2.113 S2.114 S2.115 S2.116 S2.117 S2.118 S2.119 S2.120 S2.121 S2.122 S2.127a S2.128a S2.128b "
        "S2.130"
    ),
    "Progress review": "S2.123 S2.124a S2.124b S2.124c S2.124d S2.124e S2.125 S2.126",
    "Support": (
        "S2.127b S2.127c S2.128c S2.129 S2.131a S2.131b S2.131c S2.132a S2.132b S2.133a S2.133b S2.134 "
        "S2.135a S2.135b S2.135c S2.135d"
    ),
}
RND_NUMBERS = {
    "Requirements": "S1.3 S1.4 S1.5 S1.6 S1.7 S1.8",
    "Feasibility": "S1.9 S1.10 S1.11 S1.12 S1.13 S1.14 S1.15 S1.16 S1.17",
    "Agreement": "S1.18 S1.19 S1.20 S1.21 S1.22 S1.23 S1.24 S1.25 S1.26",
    "Planning and launch": "S1.27 S1.28 S1.29 S1.30 S1.31 S1.32 S1.33",
    "R&D and implementation": "S1.34 S1.35 S1.36 S1.37 S1.38",
    "Testing and validation": "S1.39 S1.40 S1.41 S1.42",
    "Acceptance and delivery": "S1.43 S1.44 S1.45",
    "Maintenance and support": "S1.46 S1.47 S1.48",
    "Summary and evaluation": "S1.49a S1.49b S1.49c S1.49d S1.49e",
}
