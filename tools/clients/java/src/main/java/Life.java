import java.util.List;
import org.mlflow.api.proto.Service.Run;
import org.mlflow.api.proto.Service.RunInfo;
import org.mlflow.api.proto.Service.ViewType;
import org.mlflow.tracking.MlflowClient;
import org.mlflow.tracking.creds.BasicMlflowHostCreds;

/** The life of a run with MLflow's own Java client. Arguments: address, API key, `token` or `password`. */
public final class Life {
  public static void main(String[] arguments) {
    String address = arguments[0];
    String key = arguments[1];
    BasicMlflowHostCreds credentials =
        arguments[2].equals("token")
            ? new BasicMlflowHostCreds(address, key)
            : new BasicMlflowHostCreds(address, "java", key);
    MlflowClient client = new MlflowClient(credentials);
    String experiment = client.createExperiment("java-" + System.nanoTime());
    RunInfo run = client.createRun(experiment);
    client.logParam(run.getRunId(), "alpha", "0.5");
    client.logMetric(run.getRunId(), "rmse", 1.25);
    client.setTag(run.getRunId(), "colour", "green");
    client.setTerminated(run.getRunId());
    Run read = client.getRun(run.getRunId());
    require(read.getData().getParams(0).getValue().equals("0.5"), "the parameter");
    require(read.getData().getMetrics(0).getValue() == 1.25, "the metric");
    require(client.searchRuns(List.of(experiment), "", ViewType.ACTIVE_ONLY, 10, List.of(), null).getItems().size() == 1, "the search");
    System.out.println("java " + arguments[2] + ": a run was written, read and found");
    System.exit(0);
  }

  private static void require(boolean holds, String what) {
    if (!holds) throw new IllegalStateException(what + " is not what was written");
  }
}
