#pragma once
#include "plan/loops.hpp"

/// Steps whose layers are all narrow: the lanes of a vector are samples.
namespace hindsight::narrow {

/// The samples that are worked on at once: so many that all features stay in the L1 cache.
struct Tile {
  std::size_t index = 0;
  std::size_t samples = 0;  // true ones; the rest of the last vector is padding
  std::size_t vectors = 0;
};

/// One thing that is executed for every tile.
struct TileStep {
  std::string text;
  std::function<void(const Tile&)> run;
};

/// A node of samples: `features` rows of numbers in each tile.
template <class T>
struct Rows {
  T* data = nullptr;
  std::size_t tile_step = 0;  // 0: the next tile overwrites the last
  std::size_t features = 0;
  bool clean = false;  // padding is zero

  T* at(const Tile& tile) const { return data + tile.index * tile_step; }
};

// clang-tidy 14 does not see the virtual destructor of a base that is a template.
template <class T>
class Program final : public Loops<T> {  // NOLINT(cppcoreguidelines-virtual-class-destructor)
 public:
  /// Null where the recording does not fit.
  static std::unique_ptr<Execution> of(const Recording& recording, const Batch& batch, std::string& reason);

  Program(const Recording& step, const Batch& lie, std::size_t vectors_a_tile);
  ~Program() override { this->give_back(); }

  // What the scheduler works on.
  const kernels::NarrowKernels<T>* kernels;
  std::size_t stride;  // numbers of one feature in a tile
  std::vector<Tile> tiles;
  std::size_t sample_numbers = 0;  // that one tile works on
  std::vector<Rows<T>> rows;       // by node
  std::vector<TileStep> sample_steps;

  std::size_t lanes() const { return kernels->lanes; }
  void emit(std::string text, std::function<void(const Tile&)> run);
  /// Room in one tile.
  Rows<T>& make_rows(std::size_t node);
  /// The rows of a node with zeros where there is no sample, as sums need them.
  Rows<T> without_padding(std::size_t node);

  /// A weight [O, K] as K rows of O numbers in whole lines: what is stored there later goes here too.
  const T* transpose_of(std::size_t weight);

  /// Partial sums over samples for every number of a node: kernels->sum_lanes each, from sums + the result
  /// on.
  std::size_t place_sums(std::size_t node);
  /// What makes the nodes of all partial sums that were placed since the last call.
  void emit_lane_sums();
  T* sums = nullptr;  // there when the plan is complete

 protected:
  void place_samples(std::size_t node) override;
  bool schedule_samples(std::string& reason) override;
  void load_samples(std::size_t node, const typename Loops<T>::Strided& from) override;
  void run_samples() override;
  void store_samples(std::size_t node, T* to) const override;
  std::string describe_samples() const override;
  void schedule_last() override;
  void store(std::size_t node, const Array& value) override;

 private:
  void transpose(std::size_t weight);
  T* arena_rows(std::size_t count);  // of one tile

  std::vector<T*> transposes_;  // by node
  struct PlacedSums {
    std::size_t node, at;
  };
  std::vector<PlacedSums> placed_sums_;  // not yet added up
  std::size_t sums_placed_ = 0, sums_room_ = 0;
};

/// Schedules what an affine node begins when it is a hidden layer of few inputs before a single output. False
/// when it is not.
template <class T>
bool schedule_hidden_layer(Program<T>& program, std::size_t affine);

/// Schedules what the product δ = d · w begins when it leads back through relu units that end in a single
/// output. False when it does not, or when the target has no kernels for it.
template <class T>
bool schedule_active_units(Program<T>& program, std::size_t product);

}  // namespace hindsight::narrow
