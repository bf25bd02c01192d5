"use strict";
// Draws the profile explorer. Values of the data only ever become text nodes.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const byId = (id) => document.getElementById(id);
  const [query, segment, order, found, list, more] = ["query", "segment", "order", "found", "profiles", "more"].map(byId);
  const fold = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  const PAGE = 25;
  let shown = PAGE;
  let matches = [];

  const make = (tag, text, className) => {
    const element = document.createElement(tag);
    if (text !== undefined) element.textContent = text;
    if (className) element.className = className;
    return element;
  };
  const row = (cells) => {
    const line = make("tr");
    cells.forEach(([tag, text, className]) => {
      const cell = make(tag, undefined, className);
      if (tag === "th") cell.scope = "row";
      cell.append(make("bdi", text));
      line.append(cell);
    });
    return line;
  };
  const field = (profile, names) =>
    names.map((name) => profile.values[data.fields.indexOf(name)]).filter(Boolean).join(" ");

  const title = (profile) =>
    field(profile, ["given_name", "family_name"]) ||
    field(profile, ["full_name"]) ||
    field(profile, ["organisation_name"]) ||
    profile.values.find(Boolean) ||
    profile.id;

  // As the core words it: a link of infinite weight is decided where somebody confirmed it, and follows from a rule otherwise.
  const unweighed = (rule) => (rule === "confirmed" ? "decided" : "by rule");
  const bits = (weight, rule) => (weight === null ? unweighed(rule) : weight.toFixed(1) + " bits");

  // The records on a circle, numbered as in their list; the heavier a link, the broader its line.
  const MOST_DRAWN = 40;
  const drawIn = (parent, tag, attributes, text) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
    if (text !== undefined) element.textContent = text;
    parent.append(element);
    return element;
  };
  const circle = (profile) => {
    const figure = make("figure", undefined, "circle");
    const number = Math.min(profile.records.length, MOST_DRAWN);
    const links = profile.links.filter(([a, b]) => a < number && b < number);
    const label = "Graph of " + number + " records and " + links.length + " links";
    const svg = drawIn(figure, "svg", { viewBox: "-120 -120 240 240", role: "img", "aria-label": label });
    const at = (index) => {
      const angle = (2 * Math.PI * index) / number - Math.PI / 2;
      return [(95 * Math.cos(angle)).toFixed(1), (95 * Math.sin(angle)).toFixed(1)];
    };
    const tell = (element, text) => drawIn(element, "title", {}, text);
    links.forEach(([a, b, weight, rule]) => {
      const [[x1, y1], [x2, y2]] = [at(a), at(b)];
      const width = weight === null ? 6 : Math.max(1, Math.min(6, weight / 4));
      tell(drawIn(svg, "line", { x1, y1, x2, y2, "stroke-width": width }),
        profile.records[a] + " – " + profile.records[b] + ": " + bits(weight, rule) + ", " + rule);
    });
    if (links.length <= 6) links.forEach(([a, b, weight, rule]) => {
      const [[x1, y1], [x2, y2]] = [at(a), at(b)];
      drawIn(svg, "text", { x: (+x1 + +x2) / 2, y: (+y1 + +y2) / 2 + 3, class: "bits" }, bits(weight, rule));
    });
    for (let index = 0; index < number; index++) {
      const [cx, cy] = at(index);
      tell(drawIn(svg, "circle", { cx, cy, r: 11, class: "node" }), profile.records[index]);
      drawIn(svg, "text", { x: cx, y: +cy + 4 }, index + 1);
    }
    const more = profile.records.length > number ? ", the first " + number + " of " + profile.size : "";
    figure.append(make("figcaption", "Its records, numbered as above" + more + ", and the links between them"));
    return figure;
  };

  const body = (profile) => {
    const inside = make("div");
    const values = make("table");
    values.append(make("caption", "Golden values and the records they were taken from"));
    profile.values.forEach((value, index) => {
      if (value === null) return;
      const from = profile.from[index] < 0 ? "" : profile.records[profile.from[index]];
      values.append(row([["th", data.fields[index]], ["td", value], ["td", from, "note"]]));
    });
    inside.append(values, make("h4", "Records"));
    const records = make("ol");
    profile.records.forEach((name) => {
      const item = make("li");
      item.append(make("bdi", name));
      records.append(item);
    });
    inside.append(records);
    const unlisted = profile.size - profile.records.length;
    if (unlisted) inside.append(make("p", "and " + unlisted.toLocaleString("en") + " more records", "note"));
    if (profile.links.length) {
      inside.append(circle(profile));
      const links = make("table");
      links.append(make("caption", "Links that hold it together"));
      profile.links.forEach(([a, b, weight, rule]) =>
        links.append(row([["td", profile.records[a]], ["td", profile.records[b]], ["td", bits(weight), "number"], ["td", rule, "note"]])));
      inside.append(links);
    }
    inside.append(make("p", "Profile " + profile.id, "note"));
    return inside;
  };

  const card = (profile) => {
    const details = make("details", undefined, "profile");
    const summary = make("summary");
    const name = make("strong");
    name.append(make("bdi", title(profile)));
    const count = profile.size;
    summary.append(name, " ", make("span", count.toLocaleString("en") + (count === 1 ? " record" : " records"), "note"));
    const where = field(profile, ["email"]) || field(profile, ["city"]);
    if (where) summary.append(" ", make("bdi", where, "note"));
    profile.segments.forEach((index) => summary.append(" ", make("span", data.segments[index], "tag")));
    details.append(summary);
    details.addEventListener("toggle", () => {
      if (details.open && details.children.length === 1) details.append(body(profile));
    });
    return details;
  };

  const draw = () => {
    list.replaceChildren(...matches.slice(0, shown).map(card));
    found.textContent = matches.length.toLocaleString("en") + (matches.length === 1 ? " profile" : " profiles") + " found";
    more.hidden = matches.length <= shown;
  };
  const search = () => {
    const words = fold(query.value).split(/\s+/).filter(Boolean);
    const wanted = segment.value === "" ? null : Number(segment.value);
    matches = data.profiles.filter((profile) =>
      (wanted === null || profile.segments.includes(wanted)) && words.every((word) => profile.text.includes(word)));
    if (order.value === "size") matches.sort((a, b) => b.size - a.size);
    shown = PAGE;
    draw();
  };

  data.profiles.forEach((profile) => {
    profile.text = fold([profile.id, ...profile.records, ...profile.values.filter(Boolean)].join("\n"));
  });
  data.segments.forEach((name, index) => {
    const option = make("option", name);
    option.value = index;
    segment.append(option);
  });
  query.addEventListener("input", search);
  segment.addEventListener("change", search);
  order.addEventListener("change", search);
  more.addEventListener("click", () => {
    shown += PAGE;
    draw();
  });
  search();
})();
