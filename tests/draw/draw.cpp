#include <algorithm>

#include <gtest/gtest.h>

#include <hindsight/draw.hpp>
#include <hindsight/hindsight.hpp>

#include "base/json.hpp"
#include "readers/draw/layout.hpp"

namespace hs = hindsight;
namespace draw = hindsight::draw;
namespace nn = hindsight::nn;
using hs::Tensor;

namespace {

struct Known {
  Tensor x = hs::tensor({1, 2}, {.dtype = hs::float64, .requires_grad = true}).named("x");
  Tensor loss = (x * x).sum();
};

std::size_t count(const std::string& text, const std::string& piece) {
  std::size_t times = 0;
  for (std::size_t at = text.find(piece); at != std::string::npos; at = text.find(piece, at + 1)) ++times;
  return times;
}

Tensor loss_of_a_network(int layers) {
  hs::manual_seed(1);
  std::vector<nn::Module> modules;
  for (int i = 0; i < layers; ++i) {
    modules.push_back(nn::Linear(4, 4, {.dtype = hs::float64}));
    modules.push_back(nn::Tanh());
  }
  return nn::Sequential(modules)(hs::randn({3, 4}, {.dtype = hs::float64})).sum();
}

}  // namespace

TEST(Draw, ShowsValuesShapesAndGradients) {
  const Known net;
  const auto drawing = draw::forward(net.loss);
  ASSERT_EQ(drawing.nodes.size(), 3u);
  EXPECT_EQ(drawing.nodes[0].name, "x");
  EXPECT_EQ(drawing.nodes[0].value, "[1, 2]");
  EXPECT_EQ(drawing.nodes[0].gradient, "[2, 4]");
  EXPECT_TRUE(drawing.nodes[0].is_leaf);
  EXPECT_EQ(drawing.nodes[1].name, "multiply");
  EXPECT_EQ(drawing.nodes[2].value, "5");
  EXPECT_EQ(drawing.nodes[2].gradient, "1");
  EXPECT_EQ(drawing.arrows.size(), 3u) << "x twice, and the product";
}

TEST(Draw, PutsEachNodeBelowWhatItIsMadeOfAndLeavesByTheirUsers) {
  const auto drawing = draw::forward(loss_of_a_network(30));
  EXPECT_GT(drawing.nodes.size(), 200u);
  std::vector<std::size_t> nearest(drawing.nodes.size(), drawing.nodes.size());
  for (const draw::Arrow& arrow : drawing.arrows) {
    const std::size_t from = drawing.nodes[arrow.from].layer, to = drawing.nodes[arrow.to].layer;
    EXPECT_LT(from, to);
    nearest[arrow.from] = std::min(nearest[arrow.from], to - from);
  }
  for (std::size_t i = 0; i + 1 < drawing.nodes.size(); ++i)
    EXPECT_EQ(nearest[i], 1u) << drawing.nodes[i].name;
}

TEST(Draw, BoxesDoNotOverlapAndNoArrowCrossesOne) {
  const Known net;
  for (const draw::Drawing& drawing :
       {draw::forward(loss_of_a_network(30)), draw::backward(net.loss, {net.x}), draw::forward(net.loss)}) {
    std::vector<double> widths;
    for (std::size_t i = 0; i < drawing.nodes.size(); ++i) widths.push_back(60 + 30 * double(i % 7));
    const draw::Layout layout = lay_out(drawing, widths, 50);
    const auto& boxes = layout.boxes;
    for (std::size_t i = 0; i < boxes.size(); ++i) {
      EXPECT_TRUE(boxes[i].left >= 0 && boxes[i].left + boxes[i].width <= layout.width) << i;
      EXPECT_LE(boxes[i].top + boxes[i].height, layout.height);
      for (std::size_t j = 0; j < i; ++j)
        EXPECT_TRUE(boxes[i].top != boxes[j].top || boxes[i].left + boxes[i].width < boxes[j].left ||
                    boxes[j].left + boxes[j].width < boxes[i].left)
            << i << " and " << j;
    }
    ASSERT_EQ(layout.ways.size(), drawing.arrows.size());
    for (std::size_t a = 0; a < layout.ways.size(); ++a) {
      const auto& from = boxes[drawing.arrows[a].from];
      const auto& to = boxes[drawing.arrows[a].to];
      const auto& way = layout.ways[a];
      EXPECT_EQ(way.front().y, from.top + from.height);
      EXPECT_EQ(way.back().y, to.top);
      EXPECT_TRUE(way.back().x > to.left && way.back().x < to.left + to.width);
      for (const draw::Point& point : way)  // it bends above and below each layer
        for (const auto& box : boxes)
          EXPECT_TRUE(&box == &from || &box == &to ||
                      (point.y != box.top && point.y != box.top + box.height) || point.x < box.left ||
                      point.x > box.left + box.width);
    }
  }
}

TEST(Draw, DrawsTheGradientsToo) {
  const Known net;
  const auto drawing = draw::backward(net.loss, {net.x});
  EXPECT_GT(drawing.nodes.size(), 3u);
  EXPECT_EQ(drawing.nodes.back().value, "[2, 4]");
  EXPECT_EQ(drawing.nodes.back().gradient_of, "x");
  EXPECT_NE(to_dot(drawing).find("\\nthe gradient by x\""), std::string::npos);
  EXPECT_THROW(draw::backward(net.x * 2, {net.x}), hs::ShapeError);
}

TEST(Draw, ADerivativeStandsInTheModuleOfItsOperation) {
  hs::manual_seed(1);
  const nn::Sequential model(nn::Linear(2, 3, {.dtype = hs::float64}), nn::Tanh());
  const Tensor loss = model(hs::ones({4, 2}, {.dtype = hs::float64})).sum();
  const auto drawing = draw::backward(loss, {model.parameters()[0].value()});
  EXPECT_EQ(drawing.nodes.back().gradient_of, "0.weight");
  EXPECT_EQ(drawing.nodes.back().module, "0");
  const auto of_tanh = std::count_if(drawing.nodes.begin(), drawing.nodes.end(),
                                     [](const draw::Node& node) { return node.module == "1"; });
  EXPECT_GT(of_tanh, 1) << "tanh itself, and its derivative";
}

TEST(Draw, TellsWhatAnOperationWasToldAndWhichInputIsWhich) {
  const Tensor x = hs::tensor({3}, {.dtype = hs::float64}).requires_grad_().named("x");
  const Tensor y = hs::tensor({2}, {.dtype = hs::float64}).named("y");
  const auto drawing = draw::forward(hs::pow(y - x, 3).sum());
  const auto find = [&](const std::string& name) {
    return static_cast<std::size_t>(std::find_if(drawing.nodes.begin(), drawing.nodes.end(),
                                                 [&](const draw::Node& node) { return node.name == name; }) -
                                    drawing.nodes.begin());
  };
  EXPECT_EQ(drawing.nodes[find("power")].attributes, "exponent=3");
  for (const draw::Arrow& arrow : drawing.arrows)
    if (arrow.to == find("subtract")) {
      EXPECT_EQ(arrow.input, arrow.from == find("y") ? 0u : 1u);
    }
  const std::string svg = to_svg(drawing);
  EXPECT_EQ(count(svg, ">exponent=3</text>"), 1u);
  EXPECT_EQ(count(svg, "font-size=\"9\""), 2u) << "the inputs of the difference";
  EXPECT_EQ(hindsight::parse_json(to_json(drawing), "the output")["arrows"][1]["input"], 1);
}

TEST(Draw, ShowsWhatADerivativeMakesOfTheData) {
  const Tensor x = hs::tensor({{1, 2}}, {.dtype = hs::float64}).named("x");
  const Tensor w = hs::tensor({{3}, {4}}, {.dtype = hs::float64, .requires_grad = true}).named("w");
  for (const draw::Node& node : draw::backward(hs::matmul(x, w).sum(), {w}).nodes)
    EXPECT_TRUE(node.name != "constant" || node.shape != hs::Shape({2, 1})) << "it is x^T";
}

TEST(Draw, WritesDot) {
  const Known net;
  EXPECT_EQ(to_dot(draw::forward(net.loss)),
            "digraph hindsight {\n"
            "  node [shape=box, style=filled, fontname=\"sans-serif\"];\n"
            "  n0 [label=\"x [2]\\n= [1, 2]\\ngrad [2, 4]\", fillcolor=\"#dbe9f6\"];\n"
            "  n1 [label=\"multiply [2]\\n= [1, 4]\\ngrad [1, 1]\", fillcolor=\"#ffffff\"];\n"
            "  n2 [label=\"sum []\\naxes=[0], keepdim=false\\n= 5\\ngrad 1\", fillcolor=\"#ffffff\"];\n"
            "  n0 -> n1 [headlabel=\"1\"];\n  n0 -> n1 [headlabel=\"2\"];\n  n1 -> n2;\n}\n");
  EXPECT_NE(to_dot(draw::forward(loss_of_a_network(1))).find("subgraph cluster_0 { label=\"0\"; n"),
            std::string::npos);
}

TEST(Draw, WritesSvgAndJsonOfAllNodesAndArrows) {
  const auto drawing = draw::forward(loss_of_a_network(3));
  const std::string svg = to_svg(drawing);
  EXPECT_EQ(count(svg, "<rect "), drawing.nodes.size());
  EXPECT_EQ(count(svg, "marker-end"), drawing.arrows.size());
  EXPECT_EQ(count(svg, ">tanh [3, 4]</text>"), 3u);
  EXPECT_EQ(count(svg, "text-anchor=\"end\" fill=\"#9a6a00\">5</text>"), 1u)
      << "the last module has one node";
  const auto json = hindsight::parse_json(to_json(drawing), "the output");
  EXPECT_EQ(json["nodes"].size(), drawing.nodes.size());
  EXPECT_EQ(json["arrows"].size(), drawing.arrows.size());
  ASSERT_EQ(json["groups"].size(), 6u) << "three layers and three activations";
  const Known net;
  const auto known = hindsight::parse_json(to_json(draw::forward(net.loss)), "the output");
  EXPECT_EQ(known["nodes"][1]["values"], (std::vector<double>{1, 4}));
  EXPECT_EQ(known["nodes"][0]["gradients"], (std::vector<double>{2, 4}));
  const auto large = hindsight::parse_json(to_json(draw::forward(hs::zeros({65, 64}))), "the output");
  EXPECT_EQ(large["nodes"][0]["values"].size(), 0u) << "more than anybody reads";
  EXPECT_EQ(json["groups"][1]["module"], "1");
  const Tensor odd = hs::tensor({1}).named("a<b&\"c\"");
  EXPECT_NE(to_svg(draw::forward(odd)).find("a&lt;b&amp;&quot;c&quot;"), std::string::npos);
  EXPECT_NE(to_dot(draw::forward(odd)).find("a<b&\\\"c\\\""), std::string::npos);
}
