#pragma once
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "plan/batch.hpp"

namespace hindsight {

/// One way to run a recorded step. Parameters move when it runs; their gradients too where the recording
/// keeps them.
class Execution {
 public:
  virtual ~Execution() = default;
  /// Runs the step on inputs of the recorded types.
  virtual void run(std::span<const Tensor* const> inputs) = 0;
  /// The same from and to row-major numbers of the recorded types, for a step of one input and one output of
  /// samples; false when the step is another.
  virtual bool run_on_numbers(const void* /*input*/, void* /*output*/) { return false; }
  /// The step's output of the last run, as a value of its own.
  virtual Array output(std::size_t i) const = 0;
  /// The same for an output of one element, without making anything.
  virtual double scalar_output(std::size_t i) const = 0;
  /// What is executed, a line a step.
  virtual std::string describe() const = 0;
  virtual PlanCost cost() const = 0;
};

/// The FLOPs of one run, by the operations of the graph.
double flops_of(const Recording& recording);

/// Operation by operation, in the recorded order: what every graph can fall back on, for the given reason.
std::unique_ptr<Execution> replay(const Recording& recording, std::string reason);

/// Samples as vector lanes, for steps whose layers are all narrow. Null when the recording is no such step;
/// `reason` then says what stands in the way.
std::unique_ptr<Execution> run_narrow(const Recording& recording, const Batch& batch, std::string& reason);

/// Matrices in column panels, for steps with wide layers. Null with the reason, as before.
std::unique_ptr<Execution> run_wide(const Recording& recording, const Batch& batch, std::string& reason);

}  // namespace hindsight
