-- Called by ci/editors in the scene: Neovim's own client speaks with `portgen lsp`, and what it is told is printed.
local portgen = os.getenv('PORTGEN')
local root = vim.loop.cwd()
local out = {}

local function say(text) table.insert(out, (text:gsub(vim.pesc(root), 'ROOT'))) end

local function shown(value)
  if value == nil or value == vim.NIL then return 'nothing' end
  return vim.inspect(value)
end

local client = vim.lsp.start_client({ name = 'portgen', cmd = { portgen, 'lsp' }, root_dir = root })
vim.wait(10000, function() return vim.lsp.get_client_by_id(client).initialized end)
local able = vim.lsp.get_client_by_id(client).server_capabilities
say('capabilities: ' .. table.concat(vim.tbl_filter(function(name) return able[name] end, {
  'codeActionProvider', 'definitionProvider', 'hoverProvider', 'referencesProvider', 'renameProvider', 'textDocumentSync',
}), ' '))

local function open(path)
  vim.cmd('edit ' .. path)
  local buffer = vim.api.nvim_get_current_buf()
  vim.lsp.buf_attach_client(buffer, client)
  return buffer
end

-- Findings come by themselves: waits until they are what is `wanted`, for ten seconds at most.
local function findings(title, buffer, wanted)
  local function codes()
    local all = {}
    for _, one in ipairs(vim.diagnostic.get(buffer)) do
      table.insert(all, vim.diagnostic.severity[one.severity] .. ' ' .. one.code)
    end
    return table.concat(all, ', ')
  end
  vim.wait(10000, function() return codes() == wanted end)
  say('\n' .. title)
  for _, one in ipairs(vim.diagnostic.get(buffer)) do
    local said = ('%d:%d-%d %s [%s] %s'):format(one.lnum + 1, one.col + 1, one.end_col + 1, vim.diagnostic.severity[one.severity], one.code, one.message)
    say('  ' .. said:gsub('\n', '\n    '))
  end
  if codes() == '' then say('  nothing') end
end

local function ask(method, buffer, line, column, more)
  local params = vim.tbl_extend('force', {
    textDocument = { uri = vim.uri_from_bufnr(buffer) },
    position = { line = line - 1, character = column - 1 },
  }, more or {})
  local answers = vim.lsp.buf_request_sync(buffer, method, params, 10000) or {}
  local answer = answers[client] or {}
  -- Its name has changed between versions.
  local err = answer.err or answer.error
  if err then return 'error: ' .. err.message end
  return answer.result
end

local function place(location)
  return ('%s:%d:%d'):format(vim.uri_to_fname(location.uri):gsub(vim.pesc(root) .. '/', ''), location.range.start.line + 1, location.range.start.character + 1)
end

local function find(buffer, text)
  for number, line in ipairs(vim.api.nvim_buf_get_lines(buffer, 0, -1, false)) do
    local column = line:find(text, 1, true)
    if column then return number, column end
  end
  error('there is no ' .. text)
end

local function actions(title, buffer, text)
  local line, column = find(buffer, text)
  local at = { line = line - 1, character = column - 1 }
  local found = ask('textDocument/codeAction', buffer, line, column, { range = { start = at, ['end'] = at }, context = { diagnostics = {} } })
  say('\n' .. title)
  for _, one in ipairs(found) do say('  ' .. one.title) end
  return found
end

local function apply(edit) vim.lsp.util.apply_workspace_edit(edit, 'utf-16') end

local ports = open('ports.toml')
local env = open('.env.example')
findings('ports.toml as it is', ports, 'ERROR duplicate-port, ERROR out-of-range')
findings('.env.example as it is', env, 'ERROR contradicting-port')

local line, column = find(env, '4001')
say('\nhover on 4001 in .env.example')
say(ask('textDocument/hover', env, line, column).contents.value)
say('\ndefinition: ' .. place(ask('textDocument/definition', env, line, column)))
say('references:')
for _, one in ipairs(ask('textDocument/references', env, line, column, { context = { includeDeclaration = true } })) do say('  ' .. place(one)) end
say('hover on nothing: ' .. shown(ask('textDocument/hover', env, 1, 1)))

local found = actions('actions on 4011 in .env.example', env, '4011')
apply(found[1].edit)
findings('.env.example once the first is done', env, '')
apply(found[2].edit)

found = actions('actions on the second 4000 in ports.toml', ports, '4000 # taken')
apply(found[1].edit)
findings('ports.toml once it is done', ports, 'ERROR out-of-range')
found = actions('actions on 9000 in ports.toml', ports, '9000')
apply(found[#found].edit)
findings('ports.toml once it is done: an exception is known, and no fault', ports, 'INFO out-of-range')

line, column = find(ports, 'services.auth')
say('\nrename of auth: ' .. ask('textDocument/prepareRename', ports, line, column + 10).placeholder)
apply(ask('textDocument/rename', ports, line, column + 10, { newName = 'identity' }))
say('rename to a name that is taken: ' .. ask('textDocument/rename', ports, line, column + 10, { newName = 'web' }))
say('rename to no name: ' .. ask('textDocument/rename', ports, line, column + 10, { newName = 'Not a name' }))

vim.api.nvim_buf_set_lines(ports, -1, -1, false, { 'port = ' })
findings('ports.toml while somebody types', ports, 'ERROR syntax')
vim.api.nvim_buf_set_lines(ports, -2, -1, false, {})
findings('and once it is right again', ports, 'INFO out-of-range')

say('\nports.toml in the end')
for _, text in ipairs(vim.api.nvim_buf_get_lines(ports, 0, -1, false)) do say('  ' .. text) end

vim.lsp.stop_client(client)
say('\nends: ' .. tostring(vim.wait(5000, function() return vim.lsp.get_client_by_id(client) == nil end)))
local file = io.open(os.getenv('TRANSCRIPT'), 'w')
file:write(table.concat(out, '\n') .. '\n')
file:close()
vim.cmd('qall!')
