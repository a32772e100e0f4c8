#include "readers/draw/layout.hpp"

#include <algorithm>
#include <map>

namespace hindsight::draw {
namespace {

constexpr double gap = 24, between_layers = 44, lane = 10;

/// A node, or the place that an arrow holds in a layer which it passes.
struct Place {
  std::size_t layer;
  double width, x = 0;  // x: of its middle
  std::vector<std::size_t> above = {}, below = {};
};

class Layers {
 public:
  Layers(const Drawing& drawing, const std::vector<double>& widths) {
    for (std::size_t i = 0; i < drawing.nodes.size(); ++i) add({drawing.nodes[i].layer, widths[i]});
    for (const Arrow& arrow : drawing.arrows) chains_.push_back(chain(arrow));
    for (int sweep = 0; sweep < 12; ++sweep)
      each_layer(sweep, [this](auto& layer, bool up) { order(layer, up); });
    for (auto& layer : layers_) pack(layer);
    for (int sweep = 0; sweep < 30; ++sweep)
      each_layer(sweep, [this](auto& layer, bool up) { move(layer, up); });
    double left = 0;
    for (const Place& place : places_) left = std::min(left, place.x - place.width / 2);
    for (Place& place : places_) place.x -= left;
  }

  const Place& operator[](std::size_t i) const { return places_[i]; }
  std::size_t count() const { return layers_.size(); }
  /// The places that an arrow passes, from its first node to its last.
  const std::vector<std::size_t>& chain_of(std::size_t arrow) const { return chains_[arrow]; }

 private:
  std::size_t add(const Place& place) {
    if (place.layer >= layers_.size()) layers_.resize(place.layer + 1);
    layers_[place.layer].push_back(places_.size());
    places_.push_back(place);
    return places_.size() - 1;
  }

  /// Arrows that leave one node share their places.
  std::vector<std::size_t> chain(const Arrow& arrow) {
    std::vector<std::size_t> chain{arrow.from};
    for (std::size_t layer = places_[arrow.from].layer + 1; layer < places_[arrow.to].layer; ++layer) {
      const auto [known, is_new] = passing_.try_emplace({arrow.from, layer}, places_.size());
      if (is_new) link(chain.back(), add({layer, lane}));
      chain.push_back(known->second);
    }
    link(chain.back(), arrow.to);
    chain.push_back(arrow.to);
    return chain;
  }

  void link(std::size_t above, std::size_t below) {
    places_[above].below.push_back(below);
    places_[below].above.push_back(above);
  }

  template <class Function>
  void each_layer(int sweep, const Function& function) {
    const bool up = sweep % 2 == 1;
    for (std::size_t i = 0; i < layers_.size(); ++i) function(layers_[up ? layers_.size() - 1 - i : i], up);
  }

  /// The mean of the neighbours' places on one side; its own where it has none there.
  double mean(std::size_t i, bool below) const {
    const auto& neighbours = below ? places_[i].below : places_[i].above;
    double sum = 0;
    for (const std::size_t neighbour : neighbours) sum += places_[neighbour].x;
    return neighbours.empty() ? places_[i].x : sum / static_cast<double>(neighbours.size());
  }

  void order(std::vector<std::size_t>& layer, bool up) {
    std::map<std::size_t, double> means;
    for (const std::size_t i : layer) means[i] = mean(i, up);
    std::stable_sort(layer.begin(), layer.end(),
                     [&](std::size_t a, std::size_t b) { return means[a] < means[b]; });
    for (std::size_t k = 0; k < layer.size(); ++k) places_[layer[k]].x = static_cast<double>(k);
  }

  double apart(std::size_t a, std::size_t b) const { return (places_[a].width + places_[b].width) / 2 + gap; }

  void pack(const std::vector<std::size_t>& layer) {
    for (std::size_t k = 1; k < layer.size(); ++k)
      places_[layer[k]].x = places_[layer[k - 1]].x + apart(layer[k - 1], layer[k]);
  }

  /// Moves the places as near to their neighbours as their order allows: min Σ (x_k − mean_k)² with x_k at
  /// least apart(k − 1, k) behind x_{k−1}. Behind the distances this is isotonic regression, by pooling
  /// adjacent violators.
  void move(const std::vector<std::size_t>& layer, bool up) {
    struct Pool {
      double sum, count;
      double level() const { return sum / count; }
    };
    std::vector<Pool> pools;
    std::vector<double> behind(layer.size(), 0);
    for (std::size_t k = 0; k < layer.size(); ++k) {
      if (k > 0) behind[k] = behind[k - 1] + apart(layer[k - 1], layer[k]);
      pools.push_back({mean(layer[k], up) - behind[k], 1});
      while (pools.size() > 1 && pools[pools.size() - 2].level() > pools.back().level()) {
        const Pool last = pools.back();
        pools.pop_back();
        pools.back() = {pools.back().sum + last.sum, pools.back().count + last.count};
      }
    }
    std::size_t k = 0;
    for (const Pool& pool : pools)
      for (double member = 0; member < pool.count; ++member, ++k)
        places_[layer[k]].x = pool.level() + behind[k];
  }

  std::vector<Place> places_;
  std::vector<std::vector<std::size_t>> layers_, chains_;
  std::map<std::pair<std::size_t, std::size_t>, std::size_t> passing_;  // by node and layer
};

}  // namespace

Layout lay_out(const Drawing& drawing, const std::vector<double>& widths, double height) {
  const Layers layers(drawing, widths);
  const auto top = [&](std::size_t layer) {
    return gap + static_cast<double>(layer) * (height + between_layers);
  };
  Layout layout{{},
                std::vector<std::vector<Point>>(drawing.arrows.size()),
                0,
                top(layers.count()) - between_layers + gap};
  std::vector<std::vector<std::size_t>> entering(drawing.nodes.size());
  for (std::size_t i = 0; i < drawing.arrows.size(); ++i) {
    const auto& chain = layers.chain_of(i);
    const Place& from = layers[chain.front()];
    layout.ways[i].push_back({from.x + gap, top(from.layer) + height});
    for (std::size_t k = 1; k + 1 < chain.size(); ++k)
      for (const double y : {top(layers[chain[k]].layer), top(layers[chain[k]].layer) + height})
        layout.ways[i].push_back({layers[chain[k]].x + gap, y});
    entering[drawing.arrows[i].to].push_back(i);
  }
  for (std::size_t i = 0; i < drawing.nodes.size(); ++i) {
    const Place& place = layers[i];
    const double left = place.x - place.width / 2 + gap;
    layout.boxes.push_back({left, top(place.layer), place.width, height});
    layout.width = std::max(layout.width, left + place.width + gap);
    // Side by side, in the order in which they come.
    std::stable_sort(entering[i].begin(), entering[i].end(), [&](std::size_t a, std::size_t b) {
      return layout.ways[a].back().x < layout.ways[b].back().x;
    });
    for (std::size_t k = 0; k < entering[i].size(); ++k)
      layout.ways[entering[i][k]].push_back(
          {left + place.width * static_cast<double>(k + 1) / static_cast<double>(entering[i].size() + 1),
           top(place.layer)});
  }
  return layout;
}

}  // namespace hindsight::draw
