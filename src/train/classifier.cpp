#include <algorithm>

#include <hindsight/autodiff.hpp>
#include <hindsight/error.hpp>
#include <hindsight/nn/losses.hpp>
#include <hindsight/ops.hpp>
#include <hindsight/optim/sgd.hpp>
#include <hindsight/train/classifier.hpp>

#include "base/format.hpp"

namespace hindsight::train {
namespace {

nn::Sequential make_network(std::int64_t features, const std::vector<std::int64_t>& hidden,
                            std::int64_t classes) {
  std::vector<nn::Module> layers;
  std::int64_t width = features;
  for (const std::int64_t next : hidden) {
    if (next < 1) fail<ValueError>("a hidden layer of width {} was asked for; widths are at least 1", next);
    layers.push_back(nn::Linear(width, next));
    layers.push_back(nn::ReLU());
    width = next;
  }
  layers.push_back(nn::Linear(width, classes == 2 ? 1 : classes));
  return nn::Sequential(layers);
}

LossFunction loss_for(std::int64_t classes) {
  if (classes == 2) return nn::BCEWithLogitsLoss();
  return nn::CrossEntropyLoss();
}

/// The given rows, scaled, with targets in the form that the loss takes.
data::Dataset rows_of(const data::Classification& samples, const data::Standardizer& scaling,
                      const std::vector<std::int64_t>& rows) {
  if (rows.empty()) return {};
  const Tensor targets(samples.classes.array().rows(rows));
  const bool one_logit = samples.class_names.size() == 2;
  return {scaling(Tensor(samples.features.array().rows(rows))),
          one_logit ? targets.to(float32).reshape({targets.size(0), 1}) : targets};
}

std::vector<std::int64_t> count_classes(const data::Classification& samples,
                                        const std::vector<std::int64_t>& rows) {
  std::vector<std::int64_t> counts(samples.class_names.size(), 0);
  const auto classes = samples.classes.data<std::int64_t>();
  for (const std::int64_t row : rows)
    ++counts[static_cast<std::size_t>(classes[static_cast<std::size_t>(row)])];
  return counts;
}

}  // namespace

Tensor Classifier::probabilities(const Tensor& features) const {
  const NoGrad no_grad;
  const Tensor logits = model(scaling(features));
  if (class_names.size() > 2) return softmax(logits, 1);
  // Two classes: 1 − p and p, side by side.
  return pad(sigmoid(-logits), 1, 0, 2) + pad(sigmoid(logits), 1, 1, 2);
}

Tensor Classifier::predict(const Tensor& features) const {
  const NoGrad no_grad;
  const Tensor logits = model(scaling(features));
  if (class_names.size() > 2) return logits.argmax(1);
  return (logits > 0).to(int64).reshape({logits.size(0)});
}

FittedClassifier fit_classifier(const data::Classification& samples, const ClassifierOptions& options) {
  const auto classes = static_cast<std::int64_t>(samples.class_names.size());
  const data::Split split =
      data::stratified_split(samples.classes.data<std::int64_t>(), options.validation, default_generator());
  const auto scaling = data::Standardizer::of(Tensor(samples.features.array().rows(split.training)));
  const nn::Sequential model = make_network(samples.features.size(1), options.hidden, classes);
  const optim::SGD optimizer(model.parameters(), {.lr = options.lr, .momentum = options.momentum});

  FittedClassifier result{
      {model, scaling, samples.feature_names, samples.class_names, samples.target}, {}, split};
  result.history = fit(model, loss_for(classes), optimizer, rows_of(samples, scaling, split.training),
                       rows_of(samples, scaling, split.validation), options.fit);

  const auto seen = count_classes(samples, split.training),
             held_out = count_classes(samples, split.validation);
  result.majority_class = std::max_element(seen.begin(), seen.end()) - seen.begin();
  if (!split.validation.empty())
    result.majority_accuracy =
        static_cast<double>(held_out[static_cast<std::size_t>(result.majority_class)]) /
        static_cast<double>(split.validation.size());
  return result;
}

}  // namespace hindsight::train
