'use strict'
{
  const form = document.querySelector('form')
  const search = document.getElementById('search')
  const table = document.querySelector('table')
  const heads = [...table.tHead.rows[0].cells]
  const shown = document.getElementById('shown')
  const none = document.getElementById('none')
  const collator = new Intl.Collator('zh-CN', { numeric: true })

  /** Full-width and half-width, large and small letters count as the same. */
  const fold = text => text.normalize('NFKC').toLowerCase()

  const rows = [...table.tBodies].map(body => ({
    body,
    cells: body.rows[0].cells,
    name: fold(body.rows[0].cells[0].textContent),
    tags: new Set(body.dataset.tags.split(' ')),
  }))

  function filter() {
    const view = form.elements.view.value
    const words = fold(search.value).split(/\s+/)
    let count = 0
    for (const row of rows) {
      const wanted = (view === 'all' || row.tags.has(view)) && words.every(word => row.name.includes(word))
      if (row.body.hidden === wanted) row.body.hidden = !wanted
      count += wanted
    }
    shown.textContent = count === rows.length ? `共 ${count} 个机关` : `${rows.length} 个机关中的 ${count} 个`
    none.hidden = count > 0
  }

  /** What a column is sorted by; a dash, which says that nothing is known, comes below 0. */
  function key(cell, number) {
    const text = cell.dataset.sort ?? cell.textContent
    return number ? (text === '—' ? -1 : Number(text)) : text
  }

  function sort(head) {
    const number = head.classList.contains('number')
    const first = head.classList.contains('most') ? 'descending' : 'ascending'
    const other = first === 'ascending' ? 'descending' : 'ascending'
    const order = head.getAttribute('aria-sort') === first ? other : first
    const sign = order === 'ascending' ? 1 : -1
    const compare = number ? (one, two) => one - two : collator.compare
    const keyed = rows.map(row => [key(row.cells[head.cellIndex], number), row.body])
    keyed.sort((one, two) => sign * compare(one[0], two[0]))
    const sorted = document.createDocumentFragment()
    for (const [, body] of keyed) sorted.append(body)
    table.append(sorted)
    for (const each of heads) each.removeAttribute('aria-sort')
    head.setAttribute('aria-sort', order)
  }

  form.addEventListener('submit', event => event.preventDefault())
  form.addEventListener('change', filter)
  search.addEventListener('compositionend', filter)
  search.addEventListener('input', event => event.isComposing || filter()) // not for the letters of pinyin on their way
  table.tHead.addEventListener('click', event => {
    if (event.target.closest('button')) sort(event.target.closest('th'))
  })
  window.addEventListener('pageshow', filter) // a browser that comes back fills in what was asked before

  for (const each of document.querySelectorAll('fieldset, thead button')) each.disabled = false
  for (const each of form.querySelectorAll('[hidden]')) each.hidden = false
}
