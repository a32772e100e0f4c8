#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include <hindsight/data/dataset.hpp>
#include <hindsight/nn/module.hpp>
#include <hindsight/optim/optimizer.hpp>
#include <hindsight/plan.hpp>
#include <hindsight/random.hpp>

/// Training loops and what they leave behind.
namespace hindsight::train {

/// The mean over the samples of a batch.
using LossFunction = std::function<Tensor(const Tensor& prediction, const Tensor& target)>;

struct Score {
  double loss = 0;
  double accuracy = 0;
};

/// What one pass over the training samples gave.
struct Epoch {
  /// From 1.
  std::int64_t number = 0;
  /// The mean over the samples, each at the weights that its batch met.
  double train_loss = 0;
  /// At the weights after the epoch; empty without validation samples.
  std::optional<Score> validation;
};

/// How far an epoch is.
struct Progress {
  std::int64_t epoch = 0;
  std::int64_t samples_done = 0;
  std::int64_t samples = 0;
};

struct FitOptions {
  std::int64_t epochs = 100;
  /// Samples a step; the last batch of an epoch has what is left.
  std::int64_t batch = 32;
  /// Run each step operation by operation instead of compiling it: slower, the same numbers.
  bool eager = false;
  /// Check every so many compiled steps against eager float64 (see CompileOptions); 0 never does.
  std::int64_t audit_every = 0;
  /// Called at the end with what the audits found.
  std::function<void(const AuditReport&)> on_audit = {};
  /// Called after each epoch; false ends training.
  std::function<bool(const Epoch&)> on_epoch = {};
  /// Called after each batch.
  std::function<void(const Progress&)> on_batch = {};
  /// Shuffles the samples before each epoch; the thread's default generator when there is none.
  Generator* generator = nullptr;
};

/// Trains `model` on mini-batches: `optimizer`, made with the model's parameters, moves them against the
/// gradient of `loss` of (model(features), targets). The model is in training mode meanwhile, in evaluation
/// mode for the validation samples, and afterwards in the mode that it came in. `validation` may be empty
/// (`{}`). Throws ValueError for options below 1 and when the loss stops being finite, ShapeError for
/// features and targets of different lengths.
std::vector<Epoch> fit(const nn::Module& model, const LossFunction& loss, const optim::Optimizer& optimizer,
                       const data::Dataset& training, const data::Dataset& validation,
                       const FitOptions& options = {});

/// Mean loss and accuracy of `model` in evaluation mode, without gradients.
Score evaluate(const nn::Module& model, const LossFunction& loss, const data::Dataset& samples);

}  // namespace hindsight::train
