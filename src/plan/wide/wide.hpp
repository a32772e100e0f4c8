#pragma once
#include "plan/loops.hpp"

/// Steps with wide layers: matrices in column panels (kernels/panels.hpp).
///
/// First all rows of samples, a tile of them at a time, go forward through all layers and back. Then every
/// weight gradient is taken over the whole batch in registers, and ends in the update of its weight where
/// that is known (SGD, Adam).
namespace hindsight::wide {

using kernels::Panels;

/// Rows [first, last) of samples.
struct Tile {
  std::size_t index = 0, first = 0, last = 0;
};

struct TileStep {
  std::string text;
  std::function<void(const Tile&)> run;
};

/// The gradient of one weight, and what becomes of it.
template <class T>
struct WeightStep {
  std::string text;
  kernels::PanelGradient<T> gradient;
  Panels<T> transposed = {};  // of the updated weight; no data: not needed
  const T *step = nullptr, *root_scale = nullptr, *keep = nullptr;  // scalars that are read at every run
};

/// An update that a gradient can end in, found in the graph.
struct FusedUpdate {
  std::size_t gradient, weight, result;  // nodes
  kernels::Update update;
  std::size_t step = Graph::none, root_scale = Graph::none, keep = Graph::none;  // scalar nodes
  std::size_t m = Graph::none, v = Graph::none;                                  // leaves
  std::vector<std::size_t> nodes;                                                // all that it computes
};
std::vector<FusedUpdate> fused_updates(const Recording& recording, const Batch& batch);

// clang-tidy 14 does not see the virtual destructor of a base that is a template.
template <class T>
class Program final : public Loops<T> {  // NOLINT(cppcoreguidelines-virtual-class-destructor)
 public:
  /// Null where the recording does not fit.
  static std::unique_ptr<Execution> of(const Recording& recording, const Batch& batch, std::string& reason);

  Program(const Recording& step, const Batch& lie, std::vector<FusedUpdate> fused);
  ~Program() override { this->give_back(); }

  // What the scheduler works on.
  const kernels::PanelKernels<T>* kernels;
  const std::vector<FusedUpdate> updates_in_gradients;
  std::vector<bool> in_panels;        // by node: [O, K] lies as K × O panels
  std::vector<Panels<T>> rows;        // by node of samples; no data: not there
  std::vector<Panels<T>> transposes;  // by weight: O × K panels, where a product needs them
  std::vector<TileStep> sample_steps;
  std::vector<WeightStep<T>> weight_steps;
  std::vector<std::vector<double>> partial_totals;  // by slot and tile, so that sums do not depend on threads

  // The division into tiles does not depend on the number of threads, and so neither do sums over tiles.
  static constexpr std::size_t most_rows = 96;
  std::size_t tiles, tile_rows;
  std::size_t width(std::size_t columns) const {
    return columns <= kernels->lanes ? kernels->lanes : 2 * kernels->lanes;
  }
  Panels<T> make_panels(std::size_t rows, std::size_t columns);
  Panels<T> weight(std::size_t node) const;
  const Panels<T>& transpose_of(std::size_t weight);

 protected:
  std::size_t numbers_of(std::size_t node) const override;
  void store(std::size_t node, const Array& value) override;
  Array load(std::size_t node) const override;
  double sum(std::size_t node) const override;
  void place_samples(std::size_t node) override;
  bool schedule_samples(std::string& reason) override;
  void load_samples(std::size_t node, const typename Loops<T>::Strided& from) override;
  void run_samples() override;
  void store_samples(std::size_t node, T* to) const override;
  std::string describe_samples() const override;
  bool is_early(std::size_t node) const override;
  void schedule_last() override;

 private:
  void find_panels();
  void run_tile(std::size_t index);
  void schedule_weights();
  void run_weights(std::size_t item);

  /// A part of a weight's gradient: panel `panel`, rows [first, last).
  struct WeightPart {
    std::size_t step, panel, first, last;
  };
  std::vector<WeightPart> weight_parts_;
  std::function<void(std::size_t)> run_tile_, run_weights_;
  bool small_ = false;  // too small to be shared out
};

}  // namespace hindsight::wide
