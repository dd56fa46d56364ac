-- A dissector of p2p-sim's datagrams for Wireshark and tshark.
--
-- Printed by `p2p-sim dissector`, from the same definitions of messages that the program itself
-- reads and writes them by. Wireshark takes it from its folder of personal Lua plugins
-- (Help > About Wireshark > Folders), on Linux ~/.local/lib/wireshark/plugins/. For once:
--   wireshark -X lua_script:p2p-sim.lua FILE.pcapng
--
-- It takes as its own:
--   * what goes from a usual address of a run to another, message or not: 127.0.0.0/8, ports
--     FIRST_PORT to LAST_PORT. Those ports have owners among the protocols that Wireshark knows;
--     they keep whatever is none of ours;
--   * anywhere else, a datagram that is exactly a message, and from then on all between the two;
--   * whatever "Decode As" says.

-- The ports that runs give to their peers and clients.
local FIRST_PORT, LAST_PORT = 5001, 5250
-- The most bytes of a chunk in one message.
local MAX_CHUNK = 1024

-- Each message by its type: its name, whether it is of the base protocol, how many bytes its
-- fields of fixed length take, and its fields: name, how it is written, bytes if they are fixed.
local LAYOUTS = {
  [1] = { name = "HELLO", base = true, fixed = 4, fields = {
    { "type", "type", 2 },
    { "count", "count", 2 },
    { "ids", "ids" },
  } },
  [2] = { name = "QUERY", base = true, fixed = 12, fields = {
    { "type", "type", 2 },
    { "client_ip", "ipv4", 4 },
    { "client_port", "number", 2 },
    { "ttl", "number", 2 },
    { "count", "count", 2 },
    { "ids", "ids" },
  } },
  [3] = { name = "CHUNKS_INFO", base = true, fixed = 4, fields = {
    { "type", "type", 2 },
    { "count", "count", 2 },
    { "ids", "ids" },
  } },
  [4] = { name = "GET", base = true, fixed = 4, fields = {
    { "type", "type", 2 },
    { "count", "count", 2 },
    { "ids", "ids" },
  } },
  [5] = { name = "RESPONSE", base = true, fixed = 6, fields = {
    { "type", "type", 2 },
    { "id", "number", 2 },
    { "size", "size", 2 },
    { "chunk", "chunk" },
  } },
  [102] = { name = "NUMBERED_QUERY", base = false, fixed = 10, fields = {
    { "type", "type", 2 },
    { "number", "long", 8 },
    { "query", "message" },
  } },
  [103] = { name = "ACK", base = false, fixed = 10, fields = {
    { "type", "type", 2 },
    { "number", "long", 8 },
  } },
}

local types = {}
for number, layout in pairs(LAYOUTS) do types[number] = layout.name end

local p2psim = Proto("p2psim", "p2p-sim")
local fields = {
  chunk = ProtoField.bytes("p2psim.chunk", "Chunk"),
  client_ip = ProtoField.ipv4("p2psim.client_ip", "Client address"),
  client_port = ProtoField.uint16("p2psim.client_port", "Client port", base.DEC),
  count = ProtoField.uint16("p2psim.count", "Count", base.DEC),
  id = ProtoField.uint16("p2psim.id", "Chunk id", base.DEC),
  ids = ProtoField.uint16("p2psim.ids", "Chunk ids", base.DEC),
  number = ProtoField.uint64("p2psim.number", "Number", base.DEC),
  query = ProtoField.none("p2psim.query", "QUERY"),
  size = ProtoField.uint16("p2psim.size", "Size", base.DEC),
  ttl = ProtoField.uint16("p2psim.ttl", "TTL", base.DEC),
  type = ProtoField.uint16("p2psim.type", "Type", base.DEC, types),
  tail = ProtoField.bytes("p2psim.tail", "Bytes behind the message"),
}
p2psim.fields = fields
local malformed = ProtoExpert.new("p2psim.malformed", "No message", expert.group.MALFORMED,
  expert.severity.ERROR)
p2psim.experts = { malformed }

-- The ids as people write them: 1,3-5,9.
local function written(ids)
  local runs, first = {}, 1
  while first <= #ids do
    local last = first
    while last < #ids and ids[last + 1] == ids[last] + 1 do last = last + 1 end
    if last - first > 1 then
      table.insert(runs, ids[first] .. "-" .. ids[last])
    else
      for index = first, last do table.insert(runs, tostring(ids[index])) end
    end
    first = last + 1
  end
  return table.concat(runs, ",")
end

-- What the datagram in `tvb` from `start` on is: the layout that its type names, if it names one;
-- how many bytes its message has; and, when it is none, why.
local function judge(tvb, start, only_base)
  local got = tvb:len() - start
  local function too_short(need)
    return string.format("too short: %d of the %d bytes of its fixed fields", got, need)
  end
  if got < 2 then return nil, got, too_short(2) end
  local number = tvb(start, 2):uint()
  local layout = LAYOUTS[number]
  if layout == nil or (only_base and not layout.base) then
    return nil, got, "unknown type " .. number
  end
  if got < layout.fixed then return layout, got, too_short(layout.fixed) end
  local need, at = layout.fixed, start
  for _, field in ipairs(layout.fields) do
    local kind, len = field[2], field[3]
    if kind == "message" then return layout, got, nil end
    if kind == "count" then
      local count = tvb(at, len):uint()
      need = need + 2 * count
      if got < need then
        local what = "count %d needs %d bytes, the datagram has %d"
        return layout, got, string.format(what, count, need, got)
      end
    elseif kind == "size" then
      local size = tvb(at, len):uint()
      if size > MAX_CHUNK then
        local what = "size %d is over the %d bytes of a chunk"
        return layout, got, string.format(what, size, MAX_CHUNK)
      end
      need = need + size
      if got < need then
        local what = "size %d needs %d bytes, the datagram has %d"
        return layout, got, string.format(what, size, need, got)
      end
    end
    at = at + (len or 0)
  end
  return layout, need, nil
end

-- Adds the fields of the datagram in `tvb` from `start` on to `tree`, as far as they are there.
-- Gives the line that says what it is.
local function take_apart(tvb, start, tree, only_base)
  local got = tvb:len() - start
  local layout, len, reason = judge(tvb, start, only_base)
  if layout == nil and got >= 2 then tree:add(fields.type, tvb(start, 2)) end
  local name, words = layout and layout.name, {}
  local at, said, stop = start, 0, start + len
  for _, field in ipairs(layout and layout.fields or {}) do
    local word, kind, fixed = field[1], field[2], field[3]
    local here = fixed or stop - at
    if fixed and at + fixed > stop then break end
    local range = here > 0 and tvb(at, here)
    if kind == "ids" then
      local ids = {}
      for index = 1, math.min(said, math.floor(here / 2)) do
        ids[index] = tvb(at + 2 * (index - 1), 2):uint()
      end
      if #ids > 0 then
        local list = tree:add(tvb(at, 2 * #ids), "Chunk ids: " .. written(ids))
        for index = 1, #ids do
          list:add(fields[word], tvb(at + 2 * (index - 1), 2))
        end
      end
      table.insert(words, said == 0 and " without ids" or " ids " .. written(ids))
    elseif kind == "chunk" then
      if range then tree:add(fields[word], range) end
    elseif kind == "message" then
      local below = range and tree:add(fields[word], range) or tree
      name = take_apart(tvb, at, below, true)
    else
      tree:add(fields[word], range)
      if kind == "ipv4" then
        local octets = {}
        for index = 0, 3 do octets[index + 1] = tvb(at + index, 1):uint() end
        table.insert(words, " " .. word:gsub("_ip$", "") .. " " .. table.concat(octets, "."))
      elseif kind == "long" then
        table.insert(words, " " .. word .. " " .. tostring(range:uint64()))
      elseif kind == "number" or kind == "size" then
        local before = word:match("_port$") and ":" or " " .. word .. " "
        table.insert(words, before .. range:uint())
      end
      if kind == "count" then said = range:uint() end
    end
    at = at + here
  end
  if reason then
    tree:add_proto_expert_info(malformed, reason)
    return string.format("%d bytes, %s", got, reason)
  end
  if len < got then
    tree:add(fields.tail, tvb(start + len, got - len))
    table.insert(words, string.format(" and %d bytes behind it", got - len))
  end
  return name .. table.concat(words)
end

function p2psim.dissector(tvb, pinfo, tree)
  pinfo.cols.protocol = "P2P-SIM"
  local top = tree:add(p2psim, tvb())
  local line = take_apart(tvb, 0, top, false)
  pinfo.cols.info = line
  top:set_text("p2p-sim: " .. line)
  return tvb:len()
end

-- Takes the datagram, and all that goes between the same two from here on.
local function take(tvb, pinfo, tree)
  pinfo.conversation = p2psim
  return p2psim.dissector(tvb, pinfo, tree)
end

local first_address, last_address = Address.ip("127.0.0.0"), Address.ip("127.255.255.255")

local function is_usual(address, port)
  return first_address <= address and address <= last_address
    and FIRST_PORT <= port and port <= LAST_PORT
end

local function is_ours(tvb, pinfo)
  if is_usual(pinfo.src, pinfo.src_port) and is_usual(pinfo.dst, pinfo.dst_port) then
    return true
  end
  local _, len, reason = judge(tvb, 0, false)
  return reason == nil and len == tvb:len()
end

p2psim:register_heuristic("udp", function(tvb, pinfo, tree)
  if not is_ours(tvb, pinfo) then return false end
  take(tvb, pinfo, tree)
  return true
end)

-- Wireshark asks the owner of a port before any heuristic. So the usual ports are ours, and what is
-- not is handed on to their former owners.
local by_port = Proto("p2psim_by_port", "p2p-sim, on the ports of its runs")
local ports = DissectorTable.get("udp.port")
local owners = {}

function by_port.dissector(tvb, pinfo, tree)
  if is_ours(tvb, pinfo) then return take(tvb, pinfo, tree) end
  local owner = owners[pinfo.dst_port] or owners[pinfo.src_port]
  return owner and owner:call(tvb, pinfo, tree) or 0
end

for port = FIRST_PORT, LAST_PORT do
  owners[port] = ports:get_dissector(port)
  ports:add(port, by_port)
end
ports:add_for_decode_as(p2psim)
