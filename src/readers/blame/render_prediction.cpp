// The blame of a prediction as text, Markdown and JSON.
#include <hindsight/blame/prediction.hpp>

#include "base/format.hpp"
#include "base/json.hpp"

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

Json json_of(const Ranking& ranking) {
  Json culprits = Json::array();
  for (const Culprit& c : ranking.culprits)
    culprits.push_back({{"name", c.name},
                        {"value", c.value},
                        {"reference", c.reference},
                        {"gradient", c.gradient},
                        {"blame", c.blame()},
                        {"words", c.words},
                        {"probability_after", c.probability_after},
                        {"loss_after", c.loss_after}});
  return {{"count", ranking.count}, {"total", ranking.total}, {"largest", culprits}};
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

std::string to_markdown(const PredictionReport& report) {
  std::string text = formatted("Probability of the true class **{}**, loss {}.\n", number(report.probability),
                               number(report.loss));
  for (const Part& part : parts_of(report)) {
    if (part.ranking.count == 0) continue;
    text += formatted("\n{}.\n", heading(part));
    if (!part.ranking.culprits.empty())
      text += formatted("\n| blame | what | value | | probability {} |\n|---:|---|---:|---|---|\n",
                        part.otherwise);
    for (const Culprit& c : part.ranking.culprits)
      text += formatted("| {} | {} | {} | {} | {} -> {} |\n", number(c.blame()), c.name, number(c.value),
                        c.words, number(report.probability), number(c.probability_after));
    if (&part.ranking == &report.units && !report.without_blame.empty())
      text += formatted("\n{}.\n", silent(report));
  }
  return text + "\nFrom the loss to the features, times how far each is from its mean.\n\n" +
         to_markdown(report.paths);
}

std::string to_json(const PredictionReport& report) {
  Json json{{"loss", report.loss}, {"probability", report.probability}};
  for (const Part& part : parts_of(report)) json[part.key] = json_of(part.ranking);
  json["without_blame"] = report.without_blame;
  json["paths"] = parse_json(to_json(report.paths), "ledger");
  return dump_json(json) + "\n";
}

}  // namespace hindsight::blame
