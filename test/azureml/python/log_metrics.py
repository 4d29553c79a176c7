"""A job that logs with MLflow's own client to where its environment says."""

import os

import mlflow

mlflow.set_tracking_uri(os.environ["MLFLOW_TRACKING_URI"].replace("azureml:", "https:"))
if "MLFLOW_RUN_ID" not in os.environ or os.environ.get("MAKE_RUN") == "true":
    os.environ.pop("MLFLOW_RUN_ID", None)
    os.environ.pop("MLFLOW_EXPERIMENT_ID", None)
    mlflow.set_experiment(os.environ["MLFLOW_EXPERIMENT_NAME"])
with mlflow.start_run() as run:
    mlflow.log_params({"rate": 0.01, "folds": 5})
    for step, loss in enumerate([1.0, 0.5, 0.25]):
        mlflow.log_metric("loss", loss, step=step)
    mlflow.log_metrics({"val/dice": 0.9}, step=2)
    mlflow.set_tag("stage", "done")
history = mlflow.MlflowClient().get_metric_history(run.info.run_id, "loss")
print("RUN", run.info.run_id, [point.value for point in history])
