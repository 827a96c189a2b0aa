package dev.sluice.prompt.guardrail.bedrock;

import java.util.List;

import dev.sluice.model.message.Finding;
import dev.sluice.model.message.Finding.Action;
import dev.sluice.model.message.Finding.Stage;
import dev.sluice.model.message.GuardrailReport.Verdict;
import dev.sluice.prompt.guardrail.bedrock.Masks.Match;
import dev.sluice.prompt.guardrail.bedrock.Masks.Place;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class MasksTests {

	private static final Match ANN = new Match("Ann", "NAME");

	private static final Match MAIL = new Match("ann@x.org", "EMAIL");

	@Test
	void findsEveryPlaceOfAMatch() {
		assertThat(Masks.find("Ann, ann@x.org, Ann", "{NAME}, {EMAIL}, {NAME}", List.of(ANN, MAIL, ANN)))
			.containsExactly(new Place(ANN, 0, 3), new Place(MAIL, 5, 14), new Place(ANN, 16, 19));
	}

	@Test
	void knowsNumberedMasks() {
		Match order = new Match("A-17", "Order No");

		assertThat(Masks.find("Ann A-17", "[NAME-1] {Order No-22}", List.of(ANN, order)))
			.containsExactly(new Place(ANN, 0, 3), new Place(order, 4, 8));
	}

	@Test
	void leavesBracesOfTheTextAlone() {
		assertThat(Masks.find("{NAME} is Ann {x", "{NAME} is {NAME} {x", List.of(ANN)))
			.containsExactly(new Place(ANN, 10, 13));
		assertThat(Masks.find("{NAME}", "{NAME}", List.of())).isEmpty();
	}

	@Test
	void prefersTheLongerMatch() {
		Match annie = new Match("Annie", "NAME");

		assertThat(Masks.find("Annie", "{NAME}", List.of(ANN, annie))).containsExactly(new Place(annie, 0, 5));
	}

	@Test
	void admitsThatTextsDoNotFit() {
		assertThat(Masks.find("Hello Ann", "Hallo {NAME}", List.of(ANN))).isNull();
		assertThat(Masks.find("Ann", "{EMAIL}", List.of(ANN))).isNull();
		assertThat(Masks.find("Ann", "{NAME", List.of(ANN))).isNull();
		assertThat(Masks.find("Ann", "{NAME-x}", List.of(ANN))).isNull();
		assertThat(Masks.find("Ann", "{NAME]", List.of(ANN))).isNull();
		assertThat(Masks.find("Ann said", "{NAME}", List.of(ANN))).isNull();
		assertThat(Masks.find("Ann", "{NAME} said", List.of(ANN))).isNull();
	}

	@Test
	void measuresUpToACut() {
		Assessment masked = masked("Hi {NAME}, {EMAIL}!", at("EMAIL", 8, 17), at("NAME", 3, 6));
		String text = "Hi Ann, ann@x.org!";

		assertThat(Masks.length(text, masked, 0)).isZero();
		assertThat(Masks.length(text, masked, 3)).isEqualTo(3);
		assertThat(Masks.length(text, masked, 6)).isEqualTo(9);
		assertThat(Masks.length(text, masked, 8)).isEqualTo(11);
		assertThat(Masks.length(text, masked, 17)).isEqualTo(18);
		assertThat(Masks.length(text, masked, 18)).isEqualTo(19);
	}

	@Test
	void doesNotMeasureWhatDoesNotFit() {
		String text = "Hi Ann, ann@x.org!";

		assertThat(Masks.length(text, masked("Hi {NAME}, {EMAIL}!", at("NAME", 3, 6)), 3)).isEqualTo(-1);
		assertThat(Masks.length(text, masked("Hi {NAME}, {EMAIL}!", at("NAME", -1, -1)), 3)).isEqualTo(-1);
		assertThat(Masks.length(text, masked("Hi {NAME}, ", at("NAME", 3, 6)), 3)).isEqualTo(-1);
		assertThat(Masks.length(text, masked("Hi {NAME}", at("NAME", 3, 6), at("EMAIL", 8, 17)), 3)).isEqualTo(-1);
	}

	private static Assessment masked(String text, Located... places) {
		return new Assessment(Verdict.MASKED, text, List.of(places));
	}

	private static Located at(String type, int start, int end) {
		return new Located(new Finding(type, Stage.OUTPUT, Action.MASK), start, end);
	}

}
