package org.mansio.mailets.antispam.milter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class NegotiationTest {
  private static Negotiation answer(int offered, int version, int actions, int steps)
      throws MilterException {
    return Negotiation.answer(FakeMilter.negotiation(version, actions, steps).packet('O'), offered);
  }

  private static String offered(int version) {
    return java.util.HexFormat.of().formatHex(Negotiation.offer(version).data());
  }

  @Test
  void offersWhatEachVersionHas() {
    assertThat(offered(2)).isEqualTo("000000020000003f0000007f");
    assertThat(offered(3)).isEqualTo("000000030000003f0000017f");
    assertThat(offered(4)).isEqualTo("000000040000003f0000037f");
    assertThat(offered(6)).isEqualTo("00000006000001ff001fffff");
  }

  @Test
  void tellsAnOldMilterOnlyWhatItKnows() throws MilterException {
    Negotiation old = answer(6, 2, 0x3F, 0);
    assertThat(old.wants(Stage.DATA)).isFalse();
    assertThat(old.wants(Stage.UNKNOWN)).isFalse();
    assertThat(old.wants(Stage.BODY)).isTrue();
    assertThat(old.canStartOver()).isFalse();
    assertThat(answer(6, 3, 0x3F, 0).wants(Stage.UNKNOWN)).isTrue();
    assertThat(answer(6, 4, 0x3F, 0).wants(Stage.DATA)).isTrue();
  }

  @Test
  void knowsEachStepThatAMilterGoesWithout() throws MilterException {
    for (Stage stage : Stage.values()) {
      if (stage.unwanted() != 0) {
        assertThat(answer(6, 6, 0, stage.unwanted()).wants(stage)).isFalse();
        assertThat(answer(6, 6, 0, 0x1FFFFF & ~stage.unwanted()).wants(stage)).isTrue();
        assertThat(answer(6, 6, 0, stage.unanswered()).answers(stage)).isFalse();
        assertThat(answer(6, 6, 0, 0x1FFFFF & ~stage.unanswered()).answers(stage))
            .isTrue();
      }
    }
    assertThat(answer(6, 6, 0, 0).wants(Stage.END_OF_MESSAGE)).isTrue();
    assertThat(answer(6, 6, 0, 0x100000).keepsLeadingSpace()).isTrue();
    assertThat(answer(6, 6, 0, 0x800).wantsRejectedRecipients()).isTrue();
  }

  @Test
  void refusesWhatWasNotOffered() {
    assertThatThrownBy(() -> answer(4, 6, 0, 0)).hasMessageContaining("version 6");
    assertThatThrownBy(() -> answer(6, 1, 0, 0)).hasMessageContaining("version 1");
    assertThatThrownBy(() -> answer(6, 6, 0x400, 0)).hasMessageContaining("actions");
    assertThatThrownBy(() -> answer(2, 2, 0x40, 0)).hasMessageContaining("actions");
    assertThatThrownBy(() -> answer(6, 6, 0, 0x200000)).hasMessageContaining("steps");
    assertThatThrownBy(() -> answer(4, 4, 0, 0x1000)).hasMessageContaining("steps");
    assertThatThrownBy(() -> Negotiation.answer(Packet.of('c'), 6)).hasMessageContaining("'c'");
    assertThatThrownBy(() -> Negotiation.answer(new Packet('O', new byte[11]), 6))
        .isInstanceOf(MilterException.class);
  }

  @Test
  void passesOverPacketSizes() throws MilterException {
    assertThat(answer(6, 6, 0, 0x70000000).steps()).isZero();
  }

  @Test
  void takesTheListsOfMacrosThatAMilterAsksFor() throws MilterException {
    Packet packet = FakeMilter.negotiation(6, 0x100, 0)
        .uint32(0)
        .text("j {client_addr}, _ no\u0007macro {}")
        .uint32(6)
        .text("")
        .uint32(99)
        .text("i")
        .packet('O');
    Negotiation negotiation = Negotiation.answer(packet, 6);
    assertThat(negotiation.macros())
        .containsOnlyKeys(Stage.CONNECT, Stage.END_OF_HEADER)
        .containsEntry(Stage.CONNECT, List.of("j", "{client_addr}", "_"))
        .containsEntry(Stage.END_OF_HEADER, List.of());
  }

  @Test
  void refusesAListThatIsCutOff() {
    Packet packet = FakeMilter.negotiation(6, 0x100, 0).uint32(0).octet('j').packet('O');
    assertThatThrownBy(() -> Negotiation.answer(packet, 6)).isInstanceOf(MilterException.class);
  }
}
