package org.mansio.queue.activemq;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.JMSException;
import java.util.Optional;
import org.apache.activemq.command.ActiveMQBytesMessage;
import org.junit.jupiter.api.Test;
import org.mansio.queue.activemq.NodeMessage.Kind;
import org.mansio.queue.log.Peers.Peer;

class NodeMessageTest {
  private static final Peer B = new Peer("2", "b");
  private static final int HEAD = 9;

  private static byte[] written(NodeMessage message) throws JMSException {
    ActiveMQBytesMessage out = new ActiveMQBytesMessage();
    message.write(out);
    out.reset();
    byte[] octets = new byte[(int) out.getBodyLength()];
    assertThat(out.readBytes(octets)).isEqualTo(octets.length);
    return octets;
  }

  private static Optional<NodeMessage> read(byte[] octets, int length) throws JMSException {
    ActiveMQBytesMessage in = new ActiveMQBytesMessage();
    in.writeBytes(octets, 0, length);
    in.reset();
    return NodeMessage.read(in);
  }

  @Test
  void eachKindComesThroughAsItWasSaid() throws Exception {
    for (Kind kind : Kind.values()) {
      byte[] octets = written(NodeMessage.of(kind, B, "1", "about", new byte[] {1, 2, 3}));

      NodeMessage read = read(octets, octets.length).orElseThrow();

      assertThat(read)
          .usingRecursiveComparison()
          .isEqualTo(NodeMessage.of(kind, B, "1", "about", new byte[] {1, 2, 3}));
      assertThat(read.isUnderstood()).isTrue();
    }
  }

  @Test
  void ofAnotherVersionItIsKnownWhoComesAndLeaves() throws Exception {
    byte[] octets = written(NodeMessage.of(Kind.LEAVING, B));
    octets[0]++;

    NodeMessage read = read(octets, HEAD).orElseThrow();

    assertThat(read.from()).isEqualTo(B);
    assertThat(read.kind()).isEqualTo(Kind.LEAVING);
    assertThat(read.isUnderstood()).isFalse();
  }

  @Test
  void aQuestionOfAnotherVersionSaysOnlyThatItsServerLives() throws Exception {
    byte[] octets = written(NodeMessage.of(Kind.QUESTION, B, "1", "about", new byte[] {1}));
    octets[0]++;

    assertThat(read(octets, octets.length).orElseThrow().kind()).isEqualTo(Kind.BEAT);
  }

  @Test
  void whatEndsTooEarlyOrBeginsOtherwiseIsNone() throws Exception {
    byte[] octets = written(NodeMessage.of(Kind.QUESTION, B, "1", "about", new byte[] {1, 2, 3}));
    for (int length = 0; length < octets.length; length++) {
      assertThat(read(octets, length)).as("%s octets", length).isEmpty();
    }
    for (byte first = 0; first < NodeMessage.VERSION; first++) {
      octets[0] = first;
      assertThat(read(octets, octets.length)).as("beginning with %s", first).isEmpty();
    }
  }
}
