"""Speaks to the stand-in with Microsoft's own client; prints what it saw as JSON. Arguments: origin, a folder for code, facts of the workspace."""

import json
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import requests
from azure.ai.ml import Input, MLClient, Output, command, dsl
from azure.ai.ml.entities import AmlCompute, Environment, Model
from azure.ai.ml.sweep import BanditPolicy, Choice
from azure.core.exceptions import HttpResponseError

origin, code, facts = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])


class Credential:
    """Tokens from the stand-in, one for each audience."""

    def get_token(self, *scopes, **options):
        answer = requests.post(f"{origin}/stand-in/tokens", json={"audience": scopes[0].removesuffix("/.default")}, timeout=10)
        return SimpleNamespace(token=answer.json()["token"], expires_on=int(time.time()) + 3600)


client = MLClient(
    Credential(), facts["subscription"], facts["resource_group"], facts["workspace"], cloud="StandInCloud", enable_telemetry=False
)


def wait(name):
    for _ in range(240):
        job = client.jobs.get(name)
        if job.status in ("Completed", "Failed", "Canceled"):
            return job
        time.sleep(0.25)
    raise TimeoutError(name)


seen = {}
workspace = client.workspaces.get(facts["workspace"])
seen["tracking"] = workspace.mlflow_tracking_uri
seen["computes"] = sorted(compute.name for compute in client.compute.list())
client.compute.begin_create_or_update(
    AmlCompute(name="made-here", size="Standard_DS3_v2", tier="low_priority", min_instances=0, max_instances=2)
).result()
seen["made"] = client.compute.get("made-here").tier
seen["datastore"] = client.datastores.get_default().name

environment = client.environments.create_or_update(Environment(name="python", version="1", image="ubuntu:22.04"))
Path(code, "main.sh").write_text("echo hello $1 > $2/greeting.txt; echo printed\n")
single = client.jobs.create_or_update(
    command(
        code=code,
        command="bash main.sh ${{inputs.word}} ${{outputs.result}}",
        environment=environment,
        compute="cpu-cluster",
        inputs={"word": "world"},
        outputs={"result": Output(type="uri_folder", mode="rw_mount")},
        experiment_name="python",
        display_name="single",
        tags={"from": "python"},
    )
)
single = wait(single.name)
seen["single"] = {"name": single.name, "status": single.status, "experiment": single.experiment_name, "tags": dict(single.tags)}
# The same code again is found by its hash.
again = client.jobs.create_or_update(
    command(code=code, command="bash main.sh again .", environment=environment, compute="cpu-cluster", experiment_name="python")
)
seen["code"] = [job.code.split("/")[-3] for job in (single, client.jobs.get(again.name))]
wait(again.name)
seen["listed"] = sorted(job.name for job in client.jobs.list() if job.name in (single.name, again.name)) == sorted([single.name, again.name])

trial = command(command="exit $(( ${{search_space.fold}} == 9 ))", environment=environment, compute="cpu-cluster", inputs={"fold": 0})
trial.command = "exit $(( ${{inputs.fold}} == 9 ))"
sweep = trial(fold=Choice([0, 1, 2])).sweep(sampling_algorithm="grid", primary_metric="loss", goal="minimize", compute="cpu-cluster")
sweep.set_limits(max_total_trials=3, max_concurrent_trials=2)
sweep.early_termination = BanditPolicy(evaluation_interval=1, slack_factor=0.2)
sweep.experiment_name = "python"
sweep = wait(client.jobs.create_or_update(sweep).name)
children = list(client.jobs.list(parent_job_name=sweep.name))
seen["sweep"] = {"status": sweep.status, "children": len(children)}

write = command(name="write", command="echo step > ${{outputs.folder}}/step.txt", environment=environment, outputs={"folder": Output(type="uri_folder")})
read = command(name="read", command="grep step ${{inputs.folder}}/step.txt", environment=environment, inputs={"folder": Input(type="uri_folder")})


@dsl.pipeline(default_compute="cpu-cluster")
def chain():
    first = write()
    read(folder=first.outputs.folder)


pipeline = wait(client.jobs.create_or_update(chain(), experiment_name="python").name)
seen["pipeline"] = {"status": pipeline.status, "children": len(list(client.jobs.list(parent_job_name=pipeline.name)))}

slow = client.jobs.create_or_update(command(command="sleep 60", environment=environment, compute="cpu-cluster", experiment_name="python"))
client.jobs.begin_cancel(slow.name).result()
seen["cancelled"] = client.jobs.get(slow.name).status

model = client.models.create_or_update(
    Model(name="net", version="1", type="custom_model", path=f"azureml://jobs/{single.name}/outputs/result", tags={"dice": "0.9"})
)
seen["model"] = {"version": model.version, "tags": dict(model.tags)}
try:
    client.jobs.get("no-such-job")
except HttpResponseError as error:
    seen["missing"] = [error.status_code, error.error.code if error.error else None]
print("SEEN " + json.dumps(seen))
