package org.mansio.queue.activemq;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SpoolDepthTest {
  private final SpoolDepth depth = new SpoolDepth();

  @Test
  void whatIsInHandLiesInTheSpoolUntilItEnds() {
    depth.add(10);
    depth.took(4);
    assertThat(depth.get()).isEqualTo(10);

    depth.ended(4);
    assertThat(depth.get()).isEqualTo(6);

    depth.took(6);
    depth.gaveBack(6);
    assertThat(depth.get()).isEqualTo(6);
  }

  @Test
  void whatOthersTookIsKnownWhenNothingIsLeft() {
    depth.add(1000);
    depth.took(3);

    depth.foundEmpty();

    assertThat(depth.get()).isEqualTo(3);
    depth.ended(3);
    assertThat(depth.get()).isZero();
  }

  @Test
  void whatOthersPutThereDoesNotMakeItNegative() {
    depth.took(16);
    depth.ended(16);
    assertThat(depth.get()).isZero();

    depth.foundEmpty();
    depth.add(1);

    assertThat(depth.get()).isEqualTo(1);
  }

  @Test
  void theMostThatAReaderAsksForIsKept() {
    depth.asks(16);
    depth.asks(3);

    assertThat(depth.most()).isEqualTo(16);
  }
}
