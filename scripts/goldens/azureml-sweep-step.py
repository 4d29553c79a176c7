"""Prints the sweep step of a pipeline as azure-ai-ml 1.35.2 sends it: src/azure/jobs/fixtures/sweep-step.json, less `_source`.

Run with the Python of `npm run azureml:python`.
"""

import json

from azure.ai.ml import Input
from azure.ai.ml.entities._builders import Sweep
from azure.ai.ml.entities._inputs_outputs import Output
from azure.ai.ml.sweep import Choice, Objective, SweepJobLimits

step = Sweep(
    trial="/components/f",
    inputs={"dataset": Input(type="uri_folder", path="${{parent.inputs.dataset}}")},
    outputs={"runs": Output(type="uri_folder", path="${{parent.outputs.runs}}")},
    sampling_algorithm="grid",
    objective=Objective(goal="maximize", primary_metric="validation/Dice/AverageAcrossStructures"),
    limits=SweepJobLimits(max_total_trials=5, max_concurrent_trials=3, trial_timeout=12600),
    search_space={"fold": Choice([0, 1, 2, 3, 4])},
    display_name="folds",
)
print(json.dumps(step._to_rest_object(), indent=2, default=str))
