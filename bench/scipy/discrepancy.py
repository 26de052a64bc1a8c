"""Compares scrambled Sobol points with SciPy's: python discrepancy.py POINTS SEEDS COUNT DIMENSIONS

POINTS: float64, SEEDS x COUNT x DIMENSIONS. Prints the median centred L2 discrepancy of both over the seeds, and the p of
the paired Wilcoxon test that the given points are worse.
"""

import json
import sys
import warnings

import numpy as np
import scipy
from scipy.stats import qmc, wilcoxon

warnings.filterwarnings("ignore", message="The balance properties")
seeds, count, dimensions = map(int, sys.argv[2:])
points = np.fromfile(sys.argv[1], "<f8").reshape(seeds, count, dimensions)
given = [qmc.discrepancy(each, method="CD") for each in points]
reference = [qmc.discrepancy(qmc.Sobol(dimensions, rng=seed).random(count), method="CD") for seed in range(seeds)]
print(
    json.dumps(
        {
            "given": np.median(given),
            "reference": np.median(reference),
            "p": wilcoxon(given, reference, alternative="greater").pvalue,
            "versions": f"SciPy {scipy.__version__}, NumPy {np.__version__}",
        }
    )
)
