#pragma once
#include <functional>

#include "kernels/target.hpp"
#include "plan/arena.hpp"
#include "plan/batch.hpp"
#include "plan/execution.hpp"
#include "plan/interpreter.hpp"
#include "plan/parameter_homes.hpp"
#include "plan/updates.hpp"

namespace hindsight {

/// A step as loops over fixed buffers: first single operations, then everything that has samples, which a
/// derived class lays out and runs, then the updates of parameters.
template <class T>
class Loops : public Execution {
 public:
  struct Step {
    std::string text;
    std::function<void()> run;
  };

  /// `elsewhere`: nodes that a derived class computes on its own, beside those of samples.
  Loops(const Recording& step, const Batch& lie, std::vector<bool> elsewhere);

  void run(std::span<const Tensor* const> inputs) final;
  bool run_on_numbers(const void* input, void* output) final;
  Array output(std::size_t i) const final { return value_of(recording.outputs[i]); }
  double scalar_output(std::size_t i) const final { return double(*whole[recording.outputs[i]]); }
  std::string describe() const final;
  PlanCost cost() const final;

  // What the schedulers of a derived class work on.
  const Recording recording;
  const Batch batch;
  const std::vector<bool> elsewhere;
  const Updates updates;
  const kernels::Target& target;
  Interpreter interpreter;
  Arena arena;
  std::vector<T*> whole;                        // by node: where a value that is no sample lies
  std::vector<std::size_t> numbers;             // by node: how many numbers lie there
  std::vector<double> totals;                   // sums over samples; their addresses are fixed
  std::vector<Step> steps;                      // after the samples
  std::vector<std::vector<std::size_t>> users;  // by node
  std::vector<bool> done;                       // by node: computed by a step that is scheduled
  std::vector<const std::int64_t*> classes;     // by input: the class indices of the present run

  const Graph& graph() const { return recording.graph; }
  std::string_view name(std::size_t i) const { return graph()[i].op().name; }
  std::size_t input(std::size_t i, std::size_t k) const { return graph().inputs(i)[k]; }
  bool is_result(std::size_t i) const;
  /// The one node that uses a node that is no result; none otherwise.
  std::size_t only_user(std::size_t i) const;
  bool is_input(std::size_t i) const;
  /// A slot for a sum over samples, which becomes the value of `node`.
  std::size_t total_of(std::size_t node);
  /// Through views, to the node whose numbers a node has.
  std::size_t source(std::size_t i) const;

 protected:
  /// Plans everything; false, with the reason, when the step does not fit.
  bool build(std::string& reason);
  /// Returns the parameters' values to their homes; called by the destructors of derived classes, which alone
  /// know how the values lie.
  void give_back() { homes_.give_back(); }
  /// Whether there is one input and one output, both of samples, and nothing else to do.
  bool maps_samples() const { return maps_samples_; }

  /// Samples as callers give them: element (r, c) is data[r · row + c · column].
  struct Strided {
    const T* data;
    std::ptrdiff_t row, column;

    static Strided of(const Array& value);
  };

  // How samples lie, and what is done with them.
  virtual void place_samples(std::size_t node) = 0;  // inputs, masks and outputs
  virtual bool schedule_samples(std::string& reason) = 0;
  virtual void load_samples(std::size_t node, const Strided& from) = 0;
  virtual void run_samples() = 0;
  virtual void store_samples(std::size_t node, T* to) const = 0;  // row-major
  virtual std::string describe_samples() const = 0;
  // How parameters lie: in order, unless a derived class knows better.
  virtual std::size_t numbers_of(std::size_t node) const;
  virtual void store(std::size_t node, const Array& value);
  virtual Array load(std::size_t node) const;
  virtual double sum(std::size_t node) const;
  /// Whether the work of samples reads this scalar, so that it is computed before.
  virtual bool is_early(std::size_t) const { return false; }
  /// Work after all updates.
  virtual void schedule_last() {}

 private:
  class Home;
  struct Given {
    std::size_t which = 0, node = 0;
    std::int64_t classes = 0;  // 0: numbers
    std::ptrdiff_t row = 0;    // the features of a sample
    Array source = {};         // what is loaded now; held, so that its identity stays its own
  };

  std::vector<bool> with_kernels() const;
  void place_whole();
  bool leaf(std::size_t i, std::string& reason);
  bool is_read_by_loops(std::size_t node) const;
  bool is_read_by_samples(std::size_t node) const;
  bool is_moved(const Parameter& parameter) const;
  std::size_t overwritten_row(std::size_t r) const;
  bool schedule_updates(std::string& reason);
  bool schedule_row(const Updates::Row& row);
  bool schedule_members(const Updates::Row& row);
  bool results(std::string& reason);
  void take(Given& given, const Array& value);
  void run_taken();
  Array value_of(std::size_t node) const;

  ParameterHomes homes_;
  bool maps_samples_ = false;
  bool keeps_denormals_ = false;  // of one sample: each number is met once, and setting the mode takes longer
  std::vector<Given> given_;
  std::vector<std::size_t> computed_, masks_;                 // nodes of the interpreter that loops read
  std::vector<std::pair<std::size_t, std::size_t>> scalars_;  // scalar, node
};

/// The number an operation was told, for kernels that take one.
double parameter_of(const Tensor& node);

}  // namespace hindsight
