package org.mansio.server.admin.cli;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import javax.management.JMX;
import javax.management.MBeanServerConnection;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.mansio.server.admin.AdminNames;

/**
 * A server on this machine, found by the process id in its data folder and reached through the JVM's attach mechanism,
 * which lets in the same user only. The server's JVM then answers this machine alone, under an address that only who
 * may attach learns.
 */
public final class AttachedServer implements ServerLink {
  /** Below the data folder; holds the server's process id as decimal text. */
  public static final String PID_FILE = "mansio.pid";

  private final JMXConnector connector;
  private final MBeanServerConnection connection;

  private AttachedServer(JMXConnector connector, MBeanServerConnection connection) {
    this.connector = connector;
    this.connection = connection;
  }

  /** @throws UnreachableException when no server works on that folder, or it is somebody else's */
  @SuppressWarnings(
      "BanJNDI") // The address comes from the JVM that the attach mechanism let us into, from no
  // user.
  public static AttachedServer on(Path data) {
    String pid = pidOf(data);
    try {
      JMXConnector connector =
          JMXConnectorFactory.connect(new JMXServiceURL(managementAddress(pid)));
      return new AttachedServer(connector, connector.getMBeanServerConnection());
    } catch (AttachNotSupportedException e) {
      throw unavailable("process " + pid + " can't be attached to: " + e.getMessage(), e);
    } catch (IOException e) {
      if (!isOurs(pid)) {
        throw new UnreachableException(
            ExitCodes.NO_PERMISSION,
            "the server is process " + pid + " of another user; run mansioctl as that user",
            e);
      }
      throw unavailable("the server, process " + pid + ", doesn't answer: " + e.getMessage(), e);
    }
  }

  private static String pidOf(Path data) {
    Path file = data.resolve(PID_FILE);
    try {
      String pid = Files.readString(file).strip();
      if (pid.isEmpty()) {
        // A server that stopped leaves the file empty.
        throw new UnreachableException(ExitCodes.UNAVAILABLE, "no server is running on " + data);
      }
      if (ProcessHandle.of(Long.parseLong(pid)).filter(ProcessHandle::isAlive).isPresent()) {
        return pid;
      }
      throw new UnreachableException(
          ExitCodes.UNAVAILABLE,
          "no server is running on " + data + " (process " + pid + " is gone)");
    } catch (NoSuchFileException e) {
      throw unavailable(
          "no server is running on " + data + "; another data folder is named with --data", e);
    } catch (IOException e) {
      throw new UnreachableException(ExitCodes.NO_PERMISSION, file + " can't be read: " + e, e);
    } catch (NumberFormatException e) {
      throw unavailable(file + " holds no process id", e);
    }
  }

  private static boolean isOurs(String pid) {
    String me = System.getProperty("user.name");
    return ProcessHandle.of(Long.parseLong(pid))
        .flatMap(process -> process.info().user())
        .map(user -> user.equals(me))
        .orElse(true);
  }

  private static String managementAddress(String pid)
      throws AttachNotSupportedException, IOException {
    VirtualMachine jvm = VirtualMachine.attach(pid);
    try {
      return jvm.startLocalManagementAgent();
    } finally {
      jvm.detach();
    }
  }

  private static UnreachableException unavailable(String message, Exception cause) {
    return new UnreachableException(ExitCodes.UNAVAILABLE, message, cause);
  }

  @Override
  public <T> T operations(Class<T> mxbean) {
    return JMX.newMXBeanProxy(connection, AdminNames.of(AdminNames.typeOf(mxbean)), mxbean);
  }

  @Override
  public MBeanServerConnection beans() {
    return connection;
  }

  @Override
  public void close() {
    try {
      connector.close();
    } catch (IOException e) {
      // The process ends now anyway, and what was asked has been answered.
      System.Logger log = System.getLogger(AttachedServer.class.getName());
      log.log(System.Logger.Level.DEBUG, "closing the connection", e);
    }
  }
}
