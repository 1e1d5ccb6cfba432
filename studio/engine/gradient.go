package engine

import (
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/serve/message"
)

// Gradient is the two steps of in situ backpropagation under one sample, in short.
type Gradient struct {
	Loss     float64 `json:"loss"`      // of the sample
	MeanLoss float64 `json:"mean_loss"` // of all training samples

	Strain        map[string]float64 `json:"strain,omitempty"` // of a periodic cell
	AdjointStrain map[string]float64 `json:"strain_adj,omitempty"`
}

// strainOf names the strains of a periodic cell.
func strainOf(net *network.Network, strain [3]float64) map[string]float64 {
	if len(net.Cell) == 0 {
		return nil
	}
	return map[string]float64{"exx": strain[0], "eyy": strain[1], "gxy": strain[2]}
}

// gradient finds both fields of a sample, their product, and the mean derivative of the training part.
func (e *Engine) gradient(q *request) (*answer, error) {
	o, err := e.one(q)
	if err != nil {
		return nil, err
	}
	if q.Sample == nil {
		return nil, message.Refuse("", "gradient needs the `sample`")
	}
	_, set, err := o.load(q)
	if err != nil {
		return nil, err
	}
	f, err := o.x.Fields(set, q.Sample.I)
	if err != nil {
		return nil, err
	}
	net, m := o.plain.Drawn, len(o.plain.Elements)
	product := make([]float64, m)
	for i := range product {
		if el := &o.plain.Elements[i]; el.Theta >= 0 {
			product[i] = f.Gradient[el.Theta]
		}
	}
	return &answer{Gradient{f.Loss, f.MeanLoss, strainOf(net, f.Strain), strainOf(net, f.AdjointStrain)}, []message.Array{
		message.F8("u", spread(f.U, net.Dim), net.Nodes(), 3), message.F8("u_adj", spread(f.AdjointU, net.Dim), net.Nodes(), 3),
		message.F8("e", first(o.plain, f.Forward), m), message.F8("e_adj", first(o.plain, f.Adjoint), m),
		message.F8("product", product, m), message.F8("gradient", f.Gradient, len(f.Gradient)), message.F8("mean", f.Mean, len(f.Mean)),
	}}, nil
}
