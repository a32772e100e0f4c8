// hindsight blame: what made a prediction wrong.
#include <algorithm>
#include <memory>
#include <numeric>

#include <hindsight/blame/prediction.hpp>

#include "base/format.hpp"
#include "command.hpp"
#include "command_line.hpp"
#include "console.hpp"
#include "forms.hpp"
#include "opened.hpp"
#include "option_checks.hpp"

namespace {

namespace hs = hindsight;
using hs::Tensor;

struct Arguments {
  std::string model;
  std::string data;
  std::int64_t sample = -1;
  std::int64_t worst = 0;
  std::size_t top = 5;
  std::string as = "text";
};

/// The probability that the model gives to each sample's true class. Tile by tile: all at once, buffers would
/// be as large as the table.
std::vector<double> likelihoods(const Opened& opened) {
  constexpr std::int64_t at_once = 1024;
  const hs::NoGrad no_grad;
  auto infer = hs::compile(opened.network);
  std::vector<double> of_true_class;
  for (std::int64_t first = 0; first < opened.samples(); first += at_once) {
    const std::int64_t end = std::min(first + at_once, opened.samples());
    const Tensor probabilities = opened.probabilities(infer(opened.scaled(opened.rows.slice(0, first, end))));
    for (std::int64_t i = first; i < end; ++i)
      of_true_class.push_back(probabilities.array().at((i - first) * probabilities.size(1) +
                                                       opened.classes[static_cast<std::size_t>(i)]));
  }
  return of_true_class;
}

/// The samples to explain: the given one, or those whose true class was given the least probability.
std::vector<std::int64_t> chosen(const Arguments& arguments, const Opened& opened) {
  if (arguments.sample >= opened.samples())
    hs::fail<hs::IndexError>("--sample {}: there are {} samples, numbered from 0 to {}", arguments.sample,
                             opened.samples(), opened.samples() - 1);
  if (arguments.worst == 0) return {arguments.sample};
  const std::vector<double> of_true_class = likelihoods(opened);
  std::vector<std::int64_t> order(of_true_class.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) {
    return of_true_class[static_cast<std::size_t>(a)] < of_true_class[static_cast<std::size_t>(b)];
  });
  order.resize(std::min(order.size(), static_cast<std::size_t>(arguments.worst)));
  return order;
}

struct Explained {
  std::string title;
  hs::blame::PredictionReport report;
};

Explained explain(const Opened& opened, std::int64_t sample, std::size_t top) {
  const std::int64_t row[] = {sample};
  const Tensor x = Tensor(opened.rows.array().rows(row)).named("x").requires_grad_();
  const Tensor output = opened.network(opened.scaled(x));
  const Tensor loss = opened.loss(output, Tensor(opened.targets.array().rows(row)).named("y"));
  const Tensor probabilities = opened.probabilities(output);
  const std::int64_t truth = opened.classes[static_cast<std::size_t>(sample)];
  const auto report = hs::blame::explain_prediction(
      {x, loss, probabilities.slice(1, truth, truth + 1).sum()},
      {.most = top, .reference = opened.means, .feature_names = opened.feature_names});
  const std::int64_t said = probabilities.argmax(1).item<std::int64_t>();
  return {hs::formatted("{} is \"{}\", and the model says \"{}\"", opened.sample_name(sample),
                        opened.class_names[static_cast<std::size_t>(truth)],
                        opened.class_names[static_cast<std::size_t>(said)]),
          report};
}

void run(const Arguments& arguments, const Console& console) {
  if (!names_a_model(arguments.model))
    hs::fail<hs::ValueError>("{} is neither \"lesson\" nor a .safetensors file nor a folder with one",
                             arguments.model);
  if (arguments.data.empty() && arguments.model != "lesson")
    throw hs::ValueError("blame is about samples: give the CSV file that holds them after the model");
  if ((arguments.sample >= 0) == (arguments.worst > 0))
    throw hs::ValueError("say which samples: either --sample 17, or --worst 5");
  const Opened opened = open_model(arguments.model, arguments.data);
  const std::vector<std::int64_t> samples = chosen(arguments, opened);
  require_finite(opened, samples);
  std::string text, json;
  hs::Document page;
  for (const std::int64_t sample : samples) {
    const auto [title, report] = explain(opened, sample, arguments.top);
    if (arguments.as == "json") {
      std::string one = to_json(report);
      one.pop_back();
      json += hs::formatted("{}{{\"sample\":{},\"report\":{}}}", json.empty() ? "" : ",\n", sample, one);
    } else if (arguments.as == "text") {
      text += hs::formatted("{}{}: {}", text.empty() ? "" : "\n", title, to_text(report));
    } else {
      page.heading(hs::plain(title));
      page.append(document(report));
    }
  }
  console.data(arguments.as == "json"   ? "[" + json + "]\n"
               : arguments.as == "text" ? text
                                        : in_form(page, arguments.as, "What made these predictions"));
}

}  // namespace

void add_blame(CommandLine& line, Console& console) {
  Command command = line.add("blame", "Say which features, units, weights and paths made a prediction");
  command.example(
      "Example:\n"
      "  hindsight blame lesson --worst 2\n"
      "  hindsight blame wine/model.safetensors wine.csv --sample 17\n");
  const auto arguments = std::make_shared<Arguments>();
  Arguments& a = *arguments;
  command.option({"MODEL", &a.model, "", "\"lesson\", or what hindsight train saved", {}, true});
  command.option({"DATA", &a.data, "", "A CSV file with the model's columns"});
  command.option({"--sample", &a.sample, "N", "The row to explain, counted from 0", whole_number(0)});
  command.option({"--worst", &a.worst, "N", "Explain so many samples whose true class seemed least likely",
                  whole_number(1, 1'000'000)});
  command.option({"--top", &a.top, "N", "How many of each kind to list", whole_number(1, 1'000'000)});
  command.forms(a.as, {"text", "markdown", "latex", "html", "json"}, "blame");
  command.runs([arguments, &console] { run(*arguments, console); });
}
