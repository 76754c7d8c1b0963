package org.mansio.server.admin.operations;

import java.util.List;
import java.util.NoSuchElementException;
import org.mansio.server.admin.DomainsMXBean;
import org.mansio.spi.directory.UserDirectory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Local domains, in the directory. */
public final class DomainOperations implements DomainsMXBean {
  private static final Logger LOG = LoggerFactory.getLogger(DomainOperations.class);

  private final UserDirectory directory;

  public DomainOperations(UserDirectory directory) {
    this.directory = directory;
  }

  @Override
  public List<String> list() {
    return Arguments.ask(directory::domains).stream().sorted().toList();
  }

  @Override
  public void add(String domain) {
    String name = Arguments.domain(domain);
    Arguments.tell(() -> directory.addDomain(name));
    LOG.info("Operator added domain {}", name);
  }

  @Override
  public void remove(String domain) {
    String name = Arguments.domain(domain);
    if (!Arguments.ask(directory::domains).contains(name)) {
      throw new NoSuchElementException("no such domain: " + name);
    }
    Arguments.tell(() -> directory.removeDomain(name));
    LOG.info("Operator removed domain {}", name);
  }
}
