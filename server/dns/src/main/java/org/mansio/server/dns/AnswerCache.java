package org.mansio.server.dns;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.xbill.DNS.Name;

/**
 * Replies by question, each kept for its TTL (RFC 1035 §3.2.1, RFC 2308 §5). Many asking the same at once share one
 * question. dnsjava's own cache would do but for one thing: it doesn't keep the AD bit. Thread-safe.
 */
final class AnswerCache {
  /** RFC 2308 §5 finds one to three hours sensible. */
  static final Duration MAX_NEGATIVE_TTL = Duration.ofHours(3);

  private final AsyncCache<Question, Reply> replies;
  private final Source source;
  private final Duration maxTtl;

  /** Where answers come from; blocks. */
  @FunctionalInterface
  interface Source {
    Reply ask(Name name, int type);
  }

  private record Question(Name name, int type) {}

  /** Carries a failure past the cache, which forgets what failed. */
  private static final class Failed extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Reply.Failure failure;

    Failed(Reply.Failure failure) {
      super(failure.reason(), null, false, false);
      this.failure = failure;
    }
  }

  AnswerCache(Source source, long size, Duration maxTtl) {
    this.source = source;
    this.maxTtl = maxTtl;
    Executor virtualThreads = task -> Thread.ofVirtual().name("dns").start(task);
    this.replies = Caffeine.newBuilder()
        .maximumSize(size)
        .executor(virtualThreads)
        .expireAfter(Expiry.<Question, Reply>creating((question, reply) -> ttl(reply)))
        .buildAsync();
  }

  /** The reply, kept or fresh. The future never fails. */
  CompletableFuture<Reply> ask(Name name, int type) {
    return replies.get(new Question(name, type), this::fresh).exceptionally(AnswerCache::failure);
  }

  private Reply fresh(Question question) {
    Reply reply = source.ask(question.name(), question.type());
    if (reply instanceof Reply.Failure failure) {
      throw new Failed(failure);
    }
    return reply;
  }

  private static Reply failure(Throwable thrown) {
    Throwable cause = thrown instanceof CompletionException && thrown.getCause() != null
        ? thrown.getCause()
        : thrown;
    return cause instanceof Failed failed ? failed.failure : new Reply.Failure(cause.toString());
  }

  private Duration ttl(Reply reply) {
    Duration limit = switch (reply) {
      case Reply.Records records -> maxTtl;
      case Reply.Alias alias -> maxTtl;
      case Reply.NoData none -> MAX_NEGATIVE_TTL;
      case Reply.NoSuchName none -> MAX_NEGATIVE_TTL;
      case Reply.Failure failure -> Duration.ZERO;
    };
    return reply.ttl().compareTo(limit) < 0 ? reply.ttl() : limit;
  }
}
