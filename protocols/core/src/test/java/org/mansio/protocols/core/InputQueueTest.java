package org.mansio.protocols.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class InputQueueTest {
  private static final long PATIENCE = TimeUnit.MINUTES.toNanos(1);

  private final AtomicInteger resumed = new AtomicInteger();
  private final InputQueue queue = new InputQueue(resumed::incrementAndGet);

  private static ByteBuf octets(int length) {
    return Unpooled.wrappedBuffer(new byte[length]);
  }

  @Test
  void pausesReadingAtTheHighWaterMarkUntilTheSessionComesAlong() {
    assertThat(queue.append(octets(InputQueue.HIGH_WATER - 1))).isTrue();
    assertThat(queue.append(octets(1))).isFalse();
    assertThat(resumed).hasValue(0);
    assertThat(queue.poll()).isTrue();
    assertThat(resumed).hasValue(1);
    assertThat(queue.limit() - queue.position()).isEqualTo(InputQueue.HIGH_WATER);
    assertThat(queue.append(octets(1))).isTrue();
  }

  @Test
  void letsPeersSendLittleAheadWhileAllTogetherHoldMuch() throws Exception {
    InputMemory memory = new InputMemory(4 * InputQueue.HIGH_WATER);
    List<InputQueue> stalled = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      InputQueue one = new InputQueue(resumed::incrementAndGet, memory);
      stalled.add(one);
      int sent = 0;
      while (one.append(octets(1024))) {
        sent += 1024;
        assertThat(sent).isLessThan(InputQueue.HIGH_WATER);
      }
    }
    assertThat(memory.taken()).isLessThan(6L * InputQueue.HIGH_WATER + 100L * InputQueue.LOW_WATER);
    InputQueue first = stalled.getFirst();
    first.poll();
    assertThat(first.limit()).isEqualTo(InputQueue.HIGH_WATER);
    stalled.forEach(InputQueue::release);
    assertThat(memory.taken()).isZero();
  }

  @Test
  void givesItsMemoryBackWhileItWaits() throws Exception {
    InputMemory memory = new InputMemory(1);
    InputQueue one = new InputQueue(resumed::incrementAndGet, memory);
    one.append(octets(50_000));
    one.poll();
    one.advanceTo(one.limit());
    one.end(ConnectionEnd.Reason.TIMEOUT);
    assertThatThrownBy(() -> one.await(false, PATIENCE)).isInstanceOf(ConnectionEnd.class);
    assertThat(memory.taken()).isPositive();
    one.release();
    one.release();
    assertThat(memory.taken()).isZero();
  }

  @Test
  void holdsNoArraysWhileItWaitsBetweenCommands() throws Exception {
    queue.append(octets(50_000));
    queue.poll();
    queue.advanceTo(queue.limit());
    CompletableFuture<Void> waiting = waitForOctets(true);
    await().until(() -> queue.waiting());
    assertThat(queue.array()).isEmpty();
    queue.append(octets(3));
    waiting.join();
    assertThat(queue.limit() - queue.position()).isEqualTo(3);
  }

  @Test
  void keepsItsArraysWithinAMessageAsLongAsMemoryIsNotScarce() throws Exception {
    queue.append(octets(50_000));
    queue.poll();
    queue.advanceTo(queue.limit());
    CompletableFuture<Void> waiting = waitForOctets(false);
    await().until(() -> queue.waiting());
    assertThat(queue.array()).isNotEmpty();
    queue.append(octets(3));
    waiting.join();

    InputMemory memory = new InputMemory(1);
    InputQueue scarce = new InputQueue(resumed::incrementAndGet, memory);
    scarce.append(octets(50_000));
    scarce.poll();
    scarce.advanceTo(scarce.limit());
    Thread session = Thread.startVirtualThread(() -> {
      try {
        scarce.await(false, PATIENCE);
      } catch (ConnectionEnd e) {
        // The end of the test.
      }
    });
    await().until(scarce::waiting);
    assertThat(memory.taken()).isZero();
    scarce.end(ConnectionEnd.Reason.PEER);
    session.join();
  }

  @Test
  void givesOutWhatCameBeforeThePeerClosed() throws Exception {
    queue.append(octets(3));
    queue.end(ConnectionEnd.Reason.PEER);
    queue.await(false, PATIENCE);
    assertThat(queue.limit()).isEqualTo(3);
    queue.advanceTo(3);
    assertThatThrownBy(() -> queue.await(false, PATIENCE)).isInstanceOf(ConnectionEnd.class);
  }

  @Test
  void endsAWaitThatMayBeStoppedAndNoOther() {
    queue.requestStop();
    assertThatThrownBy(() -> waitForOctets(true).join())
        .isInstanceOf(CompletionException.class)
        .cause()
        .hasMessageContaining("STOPPING");
    CompletableFuture<Void> waiting = waitForOctets(false);
    await().until(() -> queue.waiting());
    queue.append(octets(1));
    waiting.join();
  }

  @Test
  void tellsWhetherSomethingHasArrivedWithoutTakingIt() throws Exception {
    assertThat(queue.hasArrived(Duration.ZERO)).isFalse();
    CompletableFuture<Boolean> looking =
        CompletableFuture.supplyAsync(() -> queue.hasArrived(Duration.ofMinutes(1)));
    queue.append(octets(2));
    assertThat(looking.join()).isTrue();
    assertThat(queue.hasArrived(Duration.ZERO)).isTrue();
    assertThat(queue.poll()).isTrue();
    assertThat(queue.hasArrived(Duration.ZERO)).isTrue();
    queue.advanceTo(queue.limit());
    assertThat(queue.hasArrived(Duration.ZERO)).isFalse();
  }

  @Test
  void theEndOfTheInputEndsALookAndAPause() {
    CompletableFuture<Boolean> looking =
        CompletableFuture.supplyAsync(() -> queue.hasArrived(Duration.ofMinutes(1)));
    CompletableFuture<Void> pause =
        CompletableFuture.runAsync(() -> queue.pause(Duration.ofMinutes(1)));
    queue.end(ConnectionEnd.Reason.PEER);
    assertThat(looking.join()).isFalse();
    pause.join();
  }

  @Test
  void aPauseLastsWhateverArrives() {
    CompletableFuture<Void> pause =
        CompletableFuture.runAsync(() -> queue.pause(Duration.ofMinutes(1)));
    queue.append(octets(2));
    assertThat(pause.isDone()).isFalse();
    queue.requestStop();
    pause.join();
  }

  @Test
  void isOverdueOnlyWhileItWaitsForTooLong() throws Exception {
    long now = System.nanoTime();
    assertThat(queue.overdue(now + 2 * PATIENCE)).isFalse();
    CompletableFuture<Void> waiting = waitForOctets(false);
    await().until(queue::waiting);
    assertThat(queue.overdue(now)).isFalse();
    assertThat(queue.overdue(System.nanoTime() + 2 * PATIENCE)).isTrue();
    queue.append(octets(1));
    waiting.join();
    assertThat(queue.overdue(System.nanoTime() + 2 * PATIENCE)).isFalse();
  }

  private CompletableFuture<Void> waitForOctets(boolean stoppable) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread.ofVirtual().start(() -> {
      try {
        queue.await(stoppable, PATIENCE);
        done.complete(null);
      } catch (ConnectionEnd e) {
        done.completeExceptionally(e);
      }
    });
    return done;
  }
}
