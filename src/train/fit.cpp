#include <algorithm>
#include <cmath>
#include <span>

#include <hindsight/autodiff.hpp>
#include <hindsight/error.hpp>
#include <hindsight/plan.hpp>
#include <hindsight/train/fit.hpp>
#include <hindsight/train/metrics.hpp>

#include "base/format.hpp"

namespace hindsight::train {
namespace {

/// Puts the model into a mode, and back when it ends.
class ModeOf {
 public:
  ModeOf(const nn::Module& model, bool training) : model_(model), before_(model.training()) {
    model_.train(training);
  }
  ~ModeOf() { model_.train(before_); }
  ModeOf(const ModeOf&) = delete;
  ModeOf& operator=(const ModeOf&) = delete;

 private:
  nn::Module model_;
  bool before_;
};

bool empty(const data::Dataset& samples) {
  return !samples.features.defined() || samples.features.size(0) == 0;
}

void require_pairs(const char* which, const data::Dataset& samples) {
  if (empty(samples)) return;
  if (!samples.targets.defined() || samples.targets.dim() == 0 ||
      samples.targets.size(0) != samples.features.size(0))
    fail<ShapeError>("fit: the {} features are {} and the targets {}; there must be one target a row", which,
                     samples.features.shape().str(),
                     samples.targets.defined() ? samples.targets.shape().str() : "missing");
}

void require_valid(const data::Dataset& training, const data::Dataset& validation,
                   const FitOptions& options) {
  if (options.epochs < 1 || options.batch < 1)
    fail<ValueError>("fit: {} epochs of batches of {} samples were asked for; both must be at least 1",
                     options.epochs, options.batch);
  if (empty(training)) throw ValueError("fit: there are no training samples");
  require_pairs("training", training);
  require_pairs("validation", validation);
}

struct Step {
  std::function<double(const Tensor& features, const Tensor& targets)> run;
  std::function<AuditReport()> audit = {};
};

Step make_step(const nn::Module& model, const LossFunction& loss, const optim::Optimizer& optimizer,
               const FitOptions& options) {
  const auto loss_of = [model, loss](const Tensor& x, const Tensor& y) { return loss(model(x), y); };
  if (!options.eager) {
    const auto step = std::make_shared<CompiledStep<false>>(
        compile(loss_of, optimizer, {.audit_every = options.audit_every}));
    return {[step](const Tensor& x, const Tensor& y) { return (*step)(x, y); },
            [step] { return step->audit(); }};
  }
  return {[loss_of, optimizer](const Tensor& x, const Tensor& y) {
    const Tensor value = loss_of(x, y);
    optimizer.zero_grad();
    value.backward();
    optimizer.step();
    return value.item();
  }};
}

/// One pass over the samples, in the order given; the mean loss.
double run_epoch(const Step& step, const data::Dataset& samples, std::span<const std::int64_t> order,
                 std::int64_t number, const FitOptions& options) {
  double sum = 0;
  const auto batch = static_cast<std::size_t>(options.batch);
  for (std::size_t start = 0; start < order.size(); start += batch) {
    const auto rows = order.subspan(start, std::min(batch, order.size() - start));
    const double loss =
        step.run(Tensor(samples.features.array().rows(rows)), Tensor(samples.targets.array().rows(rows)));
    if (!std::isfinite(loss))
      fail<ValueError>(
          "training went astray in epoch {}: the loss is no longer finite; lower the learning rate", number);
    sum += loss * static_cast<double>(rows.size());
    if (options.on_batch)
      options.on_batch(
          {number, static_cast<std::int64_t>(start + rows.size()), static_cast<std::int64_t>(order.size())});
  }
  return sum / static_cast<double>(order.size());
}

}  // namespace

std::vector<Epoch> fit(const nn::Module& model, const LossFunction& loss, const optim::Optimizer& optimizer,
                       const data::Dataset& training, const data::Dataset& validation,
                       const FitOptions& options) {
  require_valid(training, validation, options);
  const ModeOf mode(model, true);
  const Step step = make_step(model, loss, optimizer, options);
  Generator& generator = options.generator ? *options.generator : default_generator();

  std::vector<Epoch> history;
  for (std::int64_t number = 1; number <= options.epochs; ++number) {
    const std::vector<std::int64_t> order = generator.permutation(training.features.size(0));
    Epoch epoch{number, run_epoch(step, training, order, number, options), {}};
    if (!empty(validation)) epoch.validation = evaluate(model, loss, validation);
    history.push_back(epoch);
    if (options.on_epoch && !options.on_epoch(epoch)) break;
  }
  if (options.on_audit && step.audit) options.on_audit(step.audit());
  return history;
}

Score evaluate(const nn::Module& model, const LossFunction& loss, const data::Dataset& samples) {
  if (empty(samples)) throw ValueError("evaluate: there are no samples");
  const ModeOf mode(model, false);
  const NoGrad no_grad;
  constexpr std::int64_t chunk = 1024;  // bounds the memory for intermediates
  const std::int64_t total = samples.features.size(0);
  Score score;
  for (std::int64_t start = 0; start < total; start += chunk) {
    const std::int64_t stop = std::min(start + chunk, total);
    const Tensor targets = samples.targets.slice(0, start, stop);
    const Tensor prediction = model(samples.features.slice(0, start, stop));
    const double share = static_cast<double>(stop - start) / static_cast<double>(total);
    score.loss += share * loss(prediction, targets).item();
    score.accuracy += share * accuracy(prediction, targets);
  }
  return score;
}

}  // namespace hindsight::train
