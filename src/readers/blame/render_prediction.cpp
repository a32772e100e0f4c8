// The blame of a prediction as text, JSON and a document.
#include <hindsight/blame/prediction.hpp>

#include "base/format.hpp"
#include "base/json_writer.hpp"

namespace hindsight::blame {
namespace {

std::string number(double value) { return formatted("{:.4g}", value + 0.0); }  // no -0

/// The three rankings, with what their counterfactual does.
struct Part {
  const Ranking& ranking;
  const char *title, *otherwise, *key;
};
std::vector<Part> parts_of(const PredictionReport& report) {
  return {{report.features, "Features", "at its mean", "features"},
          {report.units, "Hidden units", "silenced", "units"},
          {report.weights, "Weights", "set to 0", "weights"}};
}

std::string heading(const Part& part) {
  if (part.ranking.culprits.empty())
    return formatted("{}: with none of the {} {} would the loss change (to first order)", part.title,
                     part.ranking.count, part.otherwise);
  return formatted(
      "{}, by what the loss would lose with each {} (to first order); the largest {} of {}, which in all "
      "have {}",
      part.title, part.otherwise, part.ranking.culprits.size(), part.ranking.count,
      number(part.ranking.total));
}

std::string silent(const PredictionReport& report) {
  const std::size_t count = report.without_blame.size();
  constexpr std::size_t most = 16;
  std::string names;
  for (std::size_t i = 0; i < std::min(most, count); ++i) names += (i ? ", " : "") + report.without_blame[i];
  if (count > most) names += formatted(" and {} more", count - most);
  return formatted("{} {} inactive: no blame", names, count == 1 ? "was" : "were");
}

void write(JsonWriter& json, const Part& part) {
  json.key(part.key);
  json.object([&] {
    json.field("count", part.ranking.count);
    json.field("total", part.ranking.total);
    json.each("largest", part.ranking.culprits, [&](const Culprit& culprit) {
      json.object([&] {
        json.field("name", culprit.name);
        json.field("value", culprit.value);
        json.field("reference", culprit.reference);
        json.field("gradient", culprit.gradient);
        json.field("blame", culprit.blame());
        json.field("words", culprit.words);
        json.field("probability_after", culprit.probability_after);
        json.field("loss_after", culprit.loss_after);
      });
    });
  });
}

}  // namespace

std::string to_text(const PredictionReport& report) {
  std::string text = formatted("probability of the true class {}, loss {}\n", number(report.probability),
                               number(report.loss));
  for (const Part& part : parts_of(report)) {
    if (part.ranking.count == 0) continue;
    text += formatted("{}{}\n", heading(part), part.ranking.culprits.empty() ? "" : ":");
    for (const Culprit& c : part.ranking.culprits)
      text += formatted("  {:>11}  {} = {}{}; {}: probability {} -> {}\n", number(c.blame()), c.name,
                        number(c.value), c.words.empty() ? "" : ", " + c.words, part.otherwise,
                        number(report.probability), number(c.probability_after));
    if (&part.ranking == &report.units && !report.without_blame.empty())
      text += formatted("  {}\n", silent(report));
  }
  const std::string paths = to_text(report.paths);
  return text + "From the loss to the features, times how far each is from its mean: " +
         paths.substr(paths.find("Paths: ") + 7);
}

Document document(const PredictionReport& report) {
  Document page;
  page.paragraph(formatted("Probability of the true class **{}**, loss {}.", number(report.probability),
                           number(report.loss)));
  for (const Part& part : parts_of(report)) {
    if (part.ranking.count == 0) continue;
    page.paragraph(heading(part) + ".");
    Document::Table table{"rlrll",
                          {"blame", "what", "value", "", formatted("probability {}", part.otherwise)}};
    for (const Culprit& c : part.ranking.culprits)
      table.row({number(c.blame()), plain(c.name), number(c.value), plain(c.words),
                 formatted("{} -> {}", number(report.probability), number(c.probability_after))});
    page.table(table);
    if (&part.ranking == &report.units && !report.without_blame.empty())
      page.paragraph(plain(silent(report)) + ".");
  }
  page.paragraph("From the loss to the features, times how far each is from its mean.");
  page.append(document(report.paths));
  return page;
}

std::string to_json(const PredictionReport& report) {
  JsonWriter json;
  json.object([&] {
    json.field("loss", report.loss);
    json.field("probability", report.probability);
    for (const Part& part : parts_of(report)) write(json, part);
    json.field("without_blame", report.without_blame);
    json.key("paths");
    json.line(to_json(report.paths));
  });
  return std::move(json).text() + "\n";
}

}  // namespace hindsight::blame
