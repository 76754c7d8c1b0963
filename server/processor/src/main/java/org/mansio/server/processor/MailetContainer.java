package org.mansio.server.processor;

import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.mansio.server.kernel.Chain;
import org.mansio.server.kernel.ProcessorDescription;
import org.mansio.server.kernel.ServerServices;
import org.mansio.server.kernel.Simulation;
import org.mansio.server.kernel.TransportRegistry;
import org.mansio.server.kernel.config.ConfigurationException;
import org.mansio.server.kernel.config.ConfigurationFiles;
import org.mansio.server.kernel.config.Problems;
import org.mansio.server.kernel.plugin.PluginRegistry;
import org.mansio.spi.Services;
import org.mansio.spi.queue.ProcessingResult;
import org.mansio.spi.queue.SpooledMail;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The chain of {@code mailetcontainer.xml}. Thread-safe. */
public final class MailetContainer implements Chain {
  private static final Logger LOG = LoggerFactory.getLogger(MailetContainer.class);

  private final ConfigurationFiles files;
  private final PluginRegistry plugins;
  private final Services services;
  private final TransportRegistry transports;
  private final StuckMails stuckMails;
  private final AtomicReference<@Nullable ChainInForce> inForce = new AtomicReference<>();

  @Inject
  public MailetContainer(
      ConfigurationFiles files,
      PluginRegistry plugins,
      Services services,
      TransportRegistry transports) {
    this.files = files;
    this.plugins = plugins;
    this.services = services;
    this.transports = transports;
    this.stuckMails = new StuckMails(services.trace());
  }

  @Override
  public void load(Problems problems) {
    read(problems).ifPresent(this::putInForce);
  }

  @Override
  public synchronized void reload() throws ConfigurationException {
    Problems problems = new Problems();
    Optional<ChainInForce> read = read(problems);
    problems.throwIfErrors();
    problems.warnings().forEach(warning -> LOG.warn("{}", warning));
    read.ifPresent(this::putInForce);
    LOG.info("The chain was read anew");
  }

  private Optional<ChainInForce> read(Problems problems) {
    int before = problems.errorCount();
    TransportRegistry.Generation generation = transports.newGeneration();
    Services scoped = ServerServices.withTransports(services, generation);
    Map<String, DraftProcessor> drafts = new ChainReader(plugins, scoped, problems).read(files);
    ChainInForce chain = new ChainInForce(drafts, generation);
    if (problems.errorCount() > before) {
      chain.retire();
      return Optional.empty();
    }
    return Optional.of(chain);
  }

  private void putInForce(ChainInForce chain) {
    // The transports first: what the new chain dispatches finds its own.
    transports.install(chain.transports());
    ChainInForce before = inForce.getAndSet(chain);
    if (before != null) {
      before.retire();
    }
  }

  @Override
  public ProcessingResult process(SpooledMail mail) {
    return inChain(chain -> run(chain, mail));
  }

  @Override
  public Simulation simulate(SpooledMail mail) {
    return inChain(chain -> new ChainSimulation(chain.processors()).of(mail));
  }

  private <T> T inChain(Function<ChainInForce, T> work) {
    while (true) {
      ChainInForce chain = inForce.get();
      if (chain == null) {
        throw new IllegalStateException("no chain is in force; the mail stays in the queue");
      }
      if (chain.enter()) {
        try {
          return work.apply(chain);
        } finally {
          chain.leave();
        }
      }
    }
  }

  private ProcessingResult run(ChainInForce chain, SpooledMail mail) {
    try (StuckMails.Run watched = stuckMails.begin()) {
      return new ChainRun(chain.processors(), services.trace(), watched, Witness.NONE).run(mail);
    }
  }

  @Override
  public List<ProcessorDescription> describe() {
    ChainInForce chain = inForce.get();
    return chain == null ? List.of() : chain.descriptions();
  }

  @Override
  public void close() {
    ChainInForce chain = inForce.getAndSet(null);
    if (chain != null) {
      chain.retire();
    }
    stuckMails.close();
  }
}
