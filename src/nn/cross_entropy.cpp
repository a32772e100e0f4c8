// Losses of classes: one number of a row, chosen by its index, or all of them, weighed by probabilities.
#include <algorithm>

#include <hindsight/error.hpp>
#include <hindsight/nn/losses.hpp>
#include <hindsight/ops.hpp>

#include "base/format.hpp"
#include "nn/reduction.hpp"

namespace hindsight::nn {
namespace {

/// [batch, classes, …] as [batch, …, classes].
Tensor classes_last(const Tensor& x) {
  Shape axes;
  for (std::int64_t axis = 0; axis < x.dim(); ++axis)
    if (axis != 1) axes.push_back(axis);
  axes.push_back(1);
  return x.dim() > 2 ? x.permute(axes) : x;
}

Tensor as_row(const Tensor& x) {
  Shape shape = x.shape();
  shape.push_back(1);
  return x.reshape(shape);
}

void require_weights(const char* loss, const Tensor& weight, std::int64_t classes) {
  if (weight.defined() && weight.shape() != Shape{classes})
    fail<ShapeError>("{}: weight has shape {} and must have one entry for each of the {} classes", loss,
                     weight.shape().str(), classes);
}

/// The class to be ignored, if targets may have it. −100, the default, is looked for in the numbers, so that
/// a batch without it (and every captured step) is the short graph that the plan has kernels for.
std::optional<std::int64_t> ignored_class(const Tensor& classes, const std::optional<std::int64_t>& asked) {
  constexpr std::int64_t by_default = -100;
  if (asked || classes.array().is_abstract()) return asked;
  const Array& numbers = classes.array();
  for (std::int64_t i = 0; i < numbers.elements(); ++i)
    if (numbers.at(i) == static_cast<double>(by_default)) return by_default;
  return {};
}

/// What a loss of class indices is told.
struct Choice {
  Tensor weight;
  std::optional<std::int64_t> ignore;
  double smoothing = 0;
};

/// From log-probabilities with the classes along their last axis. `counted` is what the mean divides by, and
/// undefined where that is the number of targets.
struct Losses {
  Tensor each, counted;

  Losses(const Tensor& log_p, const Tensor& classes, const Choice& choice) {
    const std::int64_t count = log_p.shape()[log_p.shape().size() - 1];
    const Tensor nothing = zeros({}, {.dtype = log_p.dtype()});
    const auto chosen = [&](const Tensor& hit, const Tensor& from) {
      return sum(where(hit, from, nothing), Shape{-1});
    };
    Tensor kept, hit;  // bool: by target, and by target and class
    if (choice.ignore) {
      kept = classes != static_cast<double>(*choice.ignore);
      hit = logical_and(one_hot_mask(where(kept, classes, zeros({}, {.dtype = int64})), count), as_row(kept));
      counted = kept.to(log_p.dtype());
    } else {
      hit = one_hot_mask(classes, count);
    }
    each = -chosen(hit, log_p);
    if (choice.weight.defined()) {
      counted = chosen(hit, choice.weight);
      each = counted * each;
    }
    if (choice.smoothing == 0) return;
    const Tensor all = -sum(choice.weight.defined() ? log_p * choice.weight : log_p, Shape{-1});
    each = (1 - choice.smoothing) * each +
           choice.smoothing / static_cast<double>(count) * (kept.defined() ? where(kept, all, nothing) : all);
  }

  Tensor reduced(Reduction reduction, const char* loss) const {
    return counted.defined() && reduction == Reduction::mean ? each.sum() / counted.sum()
                                                             : nn::reduced(each, reduction, loss);
  }
};

/// True when `classes` has one entry for each row of `x`.
bool fits(const Tensor& x, const Tensor& classes) {
  Shape rows;
  for (std::size_t axis = 0; axis < x.shape().size(); ++axis)
    if (axis != std::min<std::size_t>(1, x.shape().size() - 1)) rows.push_back(x.shape()[axis]);
  return x.dim() > 0 && classes.shape() == rows;
}

void require_smoothing(double smoothing) {
  if (!(smoothing >= 0 && smoothing <= 1))
    fail<ValueError>("cross_entropy: label_smoothing is {} and must be from 0 to 1", smoothing);
}

/// Of probabilities t: −Σ w·t·log p, where t has been smoothed.
Tensor of_probabilities(const Tensor& logits, const Tensor& target, const CrossEntropyLossOptions& options) {
  constexpr const char* name = "cross_entropy";
  if (options.ignore_index && *options.ignore_index >= 0)
    fail<ValueError>("{}: ignore_index is {}, and targets that are probabilities have no index", name,
                     *options.ignore_index);
  const Tensor log_p = log_softmax(classes_last(logits), -1);
  Tensor t = classes_last(target);
  const std::int64_t count = log_p.shape()[log_p.shape().size() - 1];
  require_weights(name, options.weight, count);
  if (options.label_smoothing > 0)
    t = (1 - options.label_smoothing) * t + options.label_smoothing / static_cast<double>(count);
  if (options.weight.defined()) t = t * options.weight;
  return reduced(-sum(log_p * t, Shape{-1}), options.reduction, name);
}

}  // namespace

namespace functional {

Tensor nll_loss(const Tensor& log_probability, const Tensor& classes, const NLLLossOptions& options) {
  constexpr const char* name = "nll_loss";
  if (!fits(log_probability, classes))
    fail<ShapeError>(
        "{}: takes log-probabilities [batch, classes, ...] and classes [batch, ...], and got {} and {}", name,
        log_probability.shape().str(), classes.shape().str());
  const Tensor log_p = classes_last(log_probability);
  require_weights(name, options.weight, log_p.shape()[log_p.shape().size() - 1]);
  return Losses(log_p, classes, {options.weight, ignored_class(classes, options.ignore_index)})
      .reduced(options.reduction, name);
}

Tensor cross_entropy(const Tensor& logits, const Tensor& target, const CrossEntropyLossOptions& options) {
  constexpr const char* name = "cross_entropy";
  require_smoothing(options.label_smoothing);
  if (is_floating(target.dtype()) && logits.dim() > 0 && logits.shape() == target.shape())
    return of_probabilities(logits, target, options);
  if (!fits(logits, target))
    fail<ShapeError>(
        "{}: takes logits [batch, classes, ...] and classes [batch, ...] or probabilities like the logits, "
        "and "
        "got {} and {}",
        name, logits.shape().str(), target.shape().str());
  const Tensor z = classes_last(logits);
  require_weights(name, options.weight, z.shape()[z.shape().size() - 1]);
  const Choice choice{options.weight, ignored_class(target, options.ignore_index), options.label_smoothing};
  return Losses(log_softmax(z, -1), target, choice).reduced(options.reduction, name);
}

}  // namespace functional
}  // namespace hindsight::nn
