package org.mansio.server.admin.operations;

import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.mansio.server.admin.UsersMXBean;
import org.mansio.spi.directory.UserDirectory;
import org.mansio.spi.mail.MailAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Local users, in the directory. */
public final class UserOperations implements UsersMXBean {
  private static final Logger LOG = LoggerFactory.getLogger(UserOperations.class);

  private final UserDirectory directory;

  public UserOperations(UserDirectory directory) {
    this.directory = directory;
  }

  @Override
  public List<String> list(String domain) {
    Optional<String> wanted = Arguments.text(domain).map(Arguments::domain);
    wanted.ifPresent(this::requireDomain);
    return Arguments.ask(() -> directory.users(wanted)).stream()
        .map(MailAddress::toString)
        .sorted()
        .toList();
  }

  @Override
  public void add(String address, String password) {
    MailAddress user = Arguments.address(address);
    Arguments.tell(() -> directory.addUser(user, checked(password)));
    LOG.info("Operator added user {}", user);
  }

  @Override
  public void setPassword(String address, String password) {
    MailAddress user = existing(address);
    Arguments.tell(() -> directory.setPassword(user, checked(password)));
    LOG.info("Operator set the password of {}", user);
  }

  @Override
  public void setPasswordAndLegacySecrets(String address, String password) {
    MailAddress user = existing(address);
    Arguments.tell(() -> directory.setPasswordAndSharedSecret(user, checked(password)));
    LOG.info("Operator set the password of {} and had it kept for legacy mechanisms", user);
  }

  @Override
  public void remove(String address) {
    MailAddress user = existing(address);
    Arguments.tell(() -> directory.removeUser(user));
    LOG.info("Operator removed user {}", user);
  }

  private void requireDomain(String domain) {
    if (!Arguments.ask(directory::domains).contains(domain)) {
      throw new NoSuchElementException("no such domain: " + domain);
    }
  }

  private MailAddress existing(String address) {
    MailAddress wanted = Arguments.address(address);
    return Arguments.ask(() -> directory.findUser(wanted))
        .orElseThrow(() -> new NoSuchElementException("no such user: " + wanted));
  }

  private static String checked(String password) {
    if (password.isEmpty()) {
      throw new IllegalArgumentException("the password is empty");
    }
    return password;
  }
}
