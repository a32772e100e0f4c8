#include "opened.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <numeric>
#include <span>

#include "base/format.hpp"
#include "base/nearest.hpp"
#include "console.hpp"
#include "lesson/lesson.hpp"

namespace {

namespace hs = hindsight;
namespace data = hindsight::data;
using hs::Tensor;

const char* const saved_as = "model.safetensors";

std::string file_of(const std::string& model) {
  return std::filesystem::is_directory(model) ? (std::filesystem::path(model) / saved_as).string() : model;
}

Tensor both_classes(const Tensor& of_the_second) {
  return hs::pad(1 - of_the_second, 1, 0, 2) + hs::pad(of_the_second, 1, 1, 2);
}

std::vector<double> column_means(const Tensor& features) { return features.mean(0).to_vector<double>(); }

Opened open_lesson() {
  const lesson::Settings settings;
  lesson::Start start = lesson::start(settings);
  const lesson::Run run = lesson::by_plan(settings, start);
  for (std::size_t l = 0; l < start.W.size(); ++l) {
    start.W[l] = run.weights[2 * l];
    start.b[l] = run.weights[2 * l + 1];
  }
  Opened opened{lesson::model_of(start),
                hs::nn::BCELoss(),
                both_classes,
                {"x1", "x2"},
                {"0", "1"},
                start.X,
                [](const Tensor& rows) { return rows; },
                [X = start.X] { return X; },
                Opened::Samples::plain,
                start.targets,
                {},
                column_means(start.X),
                {}};
  for (const double y : start.targets.to_vector<double>()) opened.classes.push_back(y > 0.5);
  opened.sample_name = [](std::int64_t sample) { return hs::formatted("sample {}", sample); };
  return opened;
}

/// The class that a label names: as it stands, or the same number written differently.
std::int64_t class_of(const std::vector<std::string>& names, const data::Table& table, std::size_t row,
                      std::size_t column) {
  const std::string label = table.text(row, column);
  const auto number = [](const std::string& text, double& value) {
    char* end = nullptr;
    value = std::strtod(text.c_str(), &end);
    return !text.empty() && *end == '\0';
  };
  double wanted = 0, there = 0;
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == label || (number(label, wanted) && number(names[i], there) && wanted == there))
      return static_cast<std::int64_t>(i);
  hs::fail<hs::FileError>("{}: the model knows no class \"{}\", only {}", table.place(row, column), label,
                          hs::joined(names, ", "));
}

Tensor read_rows(Opened& opened, const hs::train::Classifier& classifier, const data::Table& table) {
  std::vector<std::size_t> columns;
  for (const std::string& name : classifier.feature_names) columns.push_back(table.column(name));
  const std::size_t target = table.column(classifier.target);
  for (std::size_t row = 0; row < table.rows(); ++row)
    opened.classes.push_back(class_of(classifier.class_names, table, row, target));
  opened.sample_name = [table](std::int64_t sample) {
    return hs::formatted("sample {} ({})", sample, table.place(static_cast<std::size_t>(sample)));
  };
  return table.numbers(columns);
}

/// As Standardizer scales them. A feature that never varied becomes 0.
Tensor scaled(const data::Standardizer& scaling, const Tensor& rows) {
  std::vector<double> deviations = scaling.std;
  for (double& deviation : deviations)
    if (deviation == 0) deviation = std::numeric_limits<double>::infinity();
  return (rows - hs::tensor(scaling.mean)) / hs::tensor(deviations);
}

/// Rows as those that the network learned from might have been, of each class in turn.
Tensor invented_rows(Opened& opened, const data::Standardizer& scaling) {
  constexpr std::int64_t rows = 4;
  const auto features = static_cast<std::int64_t>(scaling.mean.size());
  for (std::int64_t i = 0; i < rows; ++i)
    opened.classes.push_back(i % static_cast<std::int64_t>(opened.class_names.size()));
  return hs::tensor(scaling.mean) +
         hs::tensor(scaling.std) * Tensor(hs::Generator(1).normal({rows, features}));
}

Opened open_file(const std::string& model, const std::string& rows) {
  const hs::train::Classifier classifier = hs::train::load_model(file_of(model));
  const bool two = classifier.class_names.size() == 2;
  Opened opened{classifier.model,
                {},
                {},
                classifier.feature_names,
                classifier.class_names,
                {},
                [scaling = classifier.scaling](const Tensor& x) { return scaled(scaling, x); },
                {},
                rows.empty() ? Opened::Samples::invented : Opened::Samples::scaled,
                {},
                {},
                classifier.scaling.mean,
                {}};
  for (auto* names : {&opened.feature_names, &opened.class_names})
    for (std::string& name : *names) name = one_line(name);
  opened.network.to(hs::float64).eval();
  if (two) {
    opened.loss = hs::nn::BCEWithLogitsLoss();
    opened.probabilities = [](const Tensor& logits) { return both_classes(hs::sigmoid(logits)); };
  } else {
    opened.loss = hs::nn::CrossEntropyLoss();
    opened.probabilities = [](const Tensor& logits) { return hs::softmax(logits, 1); };
  }
  opened.rows = rows.empty() ? invented_rows(opened, classifier.scaling)
                             : read_rows(opened, classifier, data::read_csv(rows));
  opened.features = [rows = opened.rows, scaling = classifier.scaling] { return scaling(rows, hs::float64); };
  const Tensor classes = hs::tensor(opened.classes, {opened.samples()});
  opened.targets = two ? classes.to(hs::float64).reshape({-1, 1}) : classes;
  return opened;
}

/// "3,1" within a shape; less than 0 when it is no such position.
std::int64_t element_at(const hs::Shape& shape, const std::string& text) {
  std::int64_t element = 0;
  std::size_t axis = 0;
  const char* at = text.c_str();
  while (axis < shape.size()) {
    char* end = nullptr;
    const std::int64_t index = std::strtoll(at, &end, 10);
    if (end == at || index < 0 || index >= shape[axis]) return -1;
    element = element * shape[axis] + index;
    at = end;
    if (++axis < shape.size() && *at++ != ',') return -1;
  }
  return *at == '\0' ? element : -1;
}

void require_finite(const Tensor& tensor, const std::string& name) {
  for (std::int64_t e = 0; e < tensor.elements(); ++e)
    if (!std::isfinite(tensor.array().at(e)))
      hs::fail<hs::ValueError>("element {} of {} is {}, and of such numbers nothing can be explained", e,
                               name, std::isnan(tensor.array().at(e)) ? "nan" : "infinite");
}

}  // namespace

bool names_a_model(const std::string& argument) {
  std::error_code ignored;
  return argument == "lesson" || argument.ends_with(".safetensors") ||
         std::filesystem::exists(std::filesystem::path(argument) / saved_as, ignored);
}

Opened open_model(const std::string& model, const std::string& data) {
  if (model != "lesson") return open_file(model, data);
  if (!data.empty())
    hs::fail<hs::ValueError>("the lesson brings its own data: leave out {}, or give a model file", data);
  return open_lesson();
}

void require_finite_weights(const Opened& opened) {
  for (const auto& [name, parameter] : opened.network.named_parameters())
    require_finite(parameter.value(), name);
}

void require_finite(const Opened& opened, const std::vector<std::int64_t>& samples) {
  require_finite_weights(opened);
  std::vector<Tensor> weights;
  for (const hs::Parameter& parameter : opened.network.parameters()) weights.push_back(parameter.value());
  const hs::DetectAnomaly watch;
  constexpr std::size_t at_once = 256;  // so that a large table needs no graph of its size
  for (std::size_t first = 0; first < samples.size(); first += at_once) {
    const auto some = std::span(samples).subspan(first, std::min(at_once, samples.size() - first));
    const Tensor features = [&] {
      const hs::DetectAnomaly off(false);  // what is not finite there has a message of its own
      return opened.scaled(Tensor(opened.rows.array().rows(some)));
    }();
    require_finite(features, "the scaled features");
    grad(opened.loss(opened.network(features), Tensor(opened.targets.array().rows(some))), weights);
  }
}

void require_finite(const Opened& opened) {
  std::vector<std::int64_t> all(static_cast<std::size_t>(opened.samples()));
  std::iota(all.begin(), all.end(), 0);
  require_finite(opened, all);
}

std::pair<hs::Parameter, std::int64_t> find_weight(const hs::nn::Module& network, const std::string& text) {
  const std::size_t bracket = text.find('[');
  const std::string name = text.substr(0, bracket);
  std::vector<std::string> names;
  for (const auto& [known, parameter] : network.named_parameters()) {
    names.push_back(known);
    if (known != name) continue;
    const bool closed = bracket == std::string::npos || text.back() == ']';
    std::string position = bracket == std::string::npos ? "" : text.substr(bracket + 1);
    if (!position.empty()) position.pop_back();
    const std::int64_t element = closed ? element_at(parameter.shape(), position) : -1;
    if (element < 0)
      hs::fail<hs::IndexError>("there is no weight {}: {} has shape {}, so write {}[{}]", text, known,
                               parameter.shape().str(), known,
                               parameter.shape().size() == 2 ? "row,column" : "index");
    return {parameter, element};
  }
  hs::fail<hs::ValueError>("there is no parameter \"{}\" in this network, only {}", name,
                           hs::joined(names, ", "));
}
