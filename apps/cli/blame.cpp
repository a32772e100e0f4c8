// hindsight blame: what made a prediction wrong.
#include <algorithm>
#include <memory>
#include <numeric>

#include <CLI/CLI.hpp>

#include <hindsight/blame/prediction.hpp>

#include "base/format.hpp"
#include "command.hpp"
#include "console.hpp"
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
  bool json = false;
  bool markdown = false;
};

/// The samples to explain: the given one, or those whose true class was given the least probability.
std::vector<std::int64_t> chosen(const Arguments& arguments, const Opened& opened) {
  if (arguments.sample >= opened.samples())
    hs::fail<hs::IndexError>("--sample {}: there are {} samples, numbered from 0 to {}", arguments.sample,
                             opened.samples(), opened.samples() - 1);
  if (arguments.worst == 0) return {arguments.sample};
  const hs::NoGrad no_grad;
  auto infer = hs::compile(opened.network);
  const Tensor probabilities = opened.probabilities(infer(opened.features));
  std::vector<double> of_true_class;
  for (std::int64_t i = 0; i < opened.samples(); ++i)
    of_true_class.push_back(
        probabilities.array().at(i * probabilities.size(1) + opened.classes[static_cast<std::size_t>(i)]));
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
  std::string text = arguments.json ? "[" : "";
  const std::vector<std::int64_t> samples = chosen(arguments, opened);
  require_finite(opened, samples);
  for (const std::int64_t sample : samples) {
    const Explained explained = explain(opened, sample, arguments.top);
    if (text.size() > 1) text += arguments.json ? ",\n" : "\n";
    if (arguments.json) {
      std::string json = to_json(explained.report);
      json.pop_back();
      text += hs::formatted("{{\"sample\":{},\"report\":{}}}", sample, json);
    } else if (arguments.markdown) {
      text += hs::formatted("## {}\n\n{}", explained.title, to_markdown(explained.report));
    } else {
      text += hs::formatted("{}: {}", explained.title, to_text(explained.report));
    }
  }
  console.data(text + (arguments.json ? "]\n" : ""));
}

}  // namespace

void add_blame(CLI::App& app, Console& console) {
  CLI::App& command =
      *app.add_subcommand("blame", "Say which features, units, weights and paths made a prediction");
  command.footer(
      "Example:\n"
      "  hindsight blame lesson --worst 2\n"
      "  hindsight blame wine/model.safetensors wine.csv --sample 17\n");
  const auto arguments = std::make_shared<Arguments>();
  Arguments& a = *arguments;
  command.add_option("model", a.model, "\"lesson\", or what hindsight train saved")->required();
  command.add_option("data", a.data, "A CSV file with the model's columns");
  command.add_option("--sample", a.sample, "The row to explain, counted from 0")->check(whole_number(0));
  command.add_option("--worst", a.worst, "Explain so many samples whose true class seemed least likely")
      ->check(whole_number(1, 1'000'000));
  command.add_option("--top", a.top, "How many of each kind to list")->check(whole_number(1, 1'000'000));
  command.add_flag("--json", a.json, "Print all as JSON");
  command.add_flag("--markdown", a.markdown, "Print Markdown");
  command.callback([arguments, &console] { run(*arguments, console); });
}
