#pragma once
#include <functional>

#include "kernels/target.hpp"
#include "kernels/vector_ops.hpp"
#include "plan/arena.hpp"
#include "plan/batch.hpp"
#include "plan/execution.hpp"
#include "plan/interpreter.hpp"
#include "plan/parameter_homes.hpp"
#include "plan/updates.hpp"

namespace hindsight::narrow {

/// The samples that are worked on at once: vectors of every feature, so many that all features stay in the L1
/// cache.
struct Tile {
  std::size_t index = 0;
  std::size_t samples = 0;  // true ones; the rest of the last vector is padding
  std::size_t vectors = 0;
};

/// One thing that is executed.
struct Step {
  std::string text;
  std::function<void(const Tile&)> run;
};

/// A node of samples: `features` rows of `stride` numbers in each tile.
template <class T>
struct Rows {
  T* data = nullptr;
  std::size_t tile_step = 0;  // 0: the next tile overwrites the last
  std::size_t features = 0;
  bool clean = false;  // padding is zero

  T* at(const Tile& tile) const { return data + tile.index * tile_step; }
};

/// Everything that a running step needs, and that building it makes.
template <class T>
struct Program {
  Recording recording;
  Batch batch;
  Updates updates;
  Interpreter interpreter;
  const kernels::Target* target;
  const kernels::NarrowKernels<T>* kernels;

  std::size_t stride = 0;  // numbers of one feature in a tile
  std::size_t tiles = 0;
  std::size_t sample_numbers = 0;  // that one tile works on
  Arena arena;
  std::vector<Rows<T>> rows;                 // by node
  std::vector<T*> whole;                     // by node
  std::vector<const std::int64_t*> classes;  // by input: class indices of the present run
  std::vector<double> totals;

  std::vector<Step> sample_steps;  // for every tile
  std::vector<Step> whole_steps;   // once, after the tiles

  const Graph& graph() const { return recording.graph; }
  std::size_t lanes() const { return kernels->lanes; }
  std::vector<std::vector<std::size_t>> users() const;
};

/// Gives every node that is no sample its buffer, those of a row of updates side by side.
template <class T>
void place_whole(Program<T>& program);
/// Allocates and schedules the work of samples; false with the reason when an operation is not known here.
template <class T>
bool schedule_samples(Program<T>& program, std::string& reason);
/// The same for the work after the samples: gradients, updates, results.
template <class T>
bool schedule_whole(Program<T>& program, std::string& reason);

/// The number an operation was told, for kernels that take one.
double parameter_of(const Tensor& node);

}  // namespace hindsight::narrow
